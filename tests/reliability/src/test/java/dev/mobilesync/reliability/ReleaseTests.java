package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ReleaseTests {

    @Test
    void saysWhatToDoIfHistoryLacksRelease() {
        assertThatThrownBy(() -> Release.commitOf("v0.0.0-missing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no v0.0.0-missing")
                .hasMessageContaining("git fetch --unshallow --tags");
    }
}
