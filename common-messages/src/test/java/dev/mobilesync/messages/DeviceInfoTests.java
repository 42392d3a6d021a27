package dev.mobilesync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeviceInfoTests {

    private static final String PHONE = "\uD83D\uDCF1";

    @Test
    void keepsShortValues() {
        String longest = "x".repeat(128);
        assertThat(new DeviceInfo(longest, null)).isEqualTo(new DeviceInfo(longest, null));
        assertThat(new DeviceInfo(longest, null).model()).isEqualTo(longest);
        assertThat(new DeviceInfo(null, "").osVersion()).isEmpty();
    }

    /** An iPhone's user agent has 137 characters. */
    @Test
    void truncatesLongValues() {
        DeviceInfo info = new DeviceInfo("m".repeat(137), "v".repeat(10_000));

        assertThat(info.model()).isEqualTo("m".repeat(128));
        assertThat(info.osVersion()).isEqualTo("v".repeat(128));
    }

    @Test
    void doesNotSplitSurrogatePair() {
        assertThat(new DeviceInfo("x".repeat(127) + PHONE, null).model()).isEqualTo("x".repeat(127));
        assertThat(new DeviceInfo("x".repeat(126) + PHONE + "y", null).model()).isEqualTo("x".repeat(126) + PHONE);
    }
}
