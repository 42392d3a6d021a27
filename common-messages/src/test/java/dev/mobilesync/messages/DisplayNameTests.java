package dev.mobilesync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayNameTests {

    @ParameterizedTest
    @ValueSource(strings = {"Kim Jiwoo", "김지우", "O’Neill-Ó", "क्‍ष", "𠮷野"})
    void acceptsNames(String name) {
        assertThat(DisplayName.parse(" " + name + "\n")).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\u0000b", "a\nb", "a\u202Eb", "a\u2028b", "a\uD800"})
    void ignoresOthers(String name) {
        assertThat(DisplayName.parse(name)).isNull();
    }

    @Test
    void limitsLength() {
        assertThat(DisplayName.parse("x".repeat(100))).hasSize(100);
        assertThat(DisplayName.parse("x".repeat(101))).isNull();
        assertThat(DisplayName.parse(null)).isNull();
    }

    /** A message of another producer is not rejected for its name. */
    @Test
    void waitWithInvalidNameHasNone() {
        assertThat(new MobileSyncWait("P1", "E1", Instant.EPOCH, "a\nb").name()).isNull();
    }
}
