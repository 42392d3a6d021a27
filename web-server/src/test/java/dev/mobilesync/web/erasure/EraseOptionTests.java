package dev.mobilesync.web.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EraseOptionTests {

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "P001/", "/E001", "P001/E001/x", "../E001", "P001/*", "*", "P001 E001", "P001\nx"})
    void rejectsInvalidScope(String scope) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThat(EraseOption.run(scope, new PrintStream(out, true, StandardCharsets.UTF_8)))
                .isEqualTo(2);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("usage: --erase=<plan>/<examinee> or --erase=<plan>; ");
    }

    @Test
    void parsesOption() {
        assertThat(EraseOption.parse("--server.port=1", "--erase=P001/E001")).contains("P001/E001");
        assertThat(EraseOption.parse("--server.port=1", "erase=P001")).isEmpty();
    }
}
