package dev.mobilesync.web.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairingCodeTests {

    @Test
    void hasEightUnambiguousCharacters() {
        assertThat(PairingCode.typedCode().value()).matches("[" + PairingCode.ALPHABET + "]{8}");
        for (String similar : new String[] {"0ODQ", "1IL", "2Z", "5S", "6G", "8B", "UV"}) {
            assertThat(similar.chars().filter(c -> PairingCode.ALPHABET.indexOf(c) >= 0))
                    .hasSizeLessThan(2);
        }
    }

    @Test
    void linksHave128Bits() {
        PairingCode linkSecret = PairingCode.linkSecret();
        assertThat(linkSecret.value()).matches("[" + PairingCode.ALPHABET + "]{28}");
        assertThat(linkSecret.isLinkSecret()).isTrue();
        assertThat(PairingCode.typedCode().isLinkSecret()).isFalse();
        assertThat(BigInteger.valueOf(PairingCode.ALPHABET.length()).pow(PairingCode.LINK_SECRET_LENGTH))
                .isGreaterThan(BigInteger.TWO.pow(128));
    }

    @Test
    void doesNotRepeat() {
        Set<PairingCode> codes = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            codes.add(PairingCode.typedCode());
        }
        assertThat(codes).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACEF2345", "acef2345", "ACEF-2345", " acEF 23\u00a045\t", "AC\u2013EF\u201423-45\n"})
    void ignoresCaseAndGrouping(String typed) {
        assertThat(PairingCode.parse(typed)).isEqualTo(new PairingCode("ACEF2345"));
    }

    @Test
    void toStringHidesCode() {
        assertThat(new PairingCode("ACEF2345").toString()).doesNotContain("ACEF2345");
    }
}
