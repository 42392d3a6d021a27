package dev.mobilesync.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.MessageCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTests {

    private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lb25lIn0.c2lnbmF0dXJl";

    @ParameterizedTest
    @ValueSource(strings = {"token", "deviceToken", "Authorization", "password", "client_secret", "set-cookie"})
    void hidesValuesOfSecretNames(String name) {
        assertThat(Redaction.text(name, "value")).isEqualTo("***");
    }

    @Test
    void hidesTokensAndLongTexts() {
        assertThat(Redaction.text("reason", "with " + JWT + " in it")).isEqualTo("with *** in it");
        assertThat(Redaction.text("reason", "a".repeat(500))).isEqualTo("a".repeat(500));
        assertThat(Redaction.text("reason", "a".repeat(501))).isEqualTo("(501 characters)");
    }

    @Test
    void redactsEachLevelOfJson() {
        assertThat(redacted("{\"data\":{\"token\":7,\"list\":[{\"secret\":\"s\"},\"" + JWT
                        + "\"],\"n\":1,\"b\":true,\"x\":null}}"))
                .isEqualTo(
                        "{\"data\":{\"token\":\"***\",\"list\":[{\"secret\":\"***\"},\"***\"],\"n\":1,\"b\":true,\"x\":null}}");
    }

    /** The value of such a name may be an object. */
    @Test
    void hidesObjectsOfSecretNames() {
        assertThat(redacted("{\"tokens\":{\"phone\":\"abc\"},\"passwords\":[\"def\"]}"))
                .doesNotContain("abc", "def");
    }

    private static String redacted(String json) {
        return Redaction.json(MessageCodec.mapper().readTree(json)).toString();
    }
}
