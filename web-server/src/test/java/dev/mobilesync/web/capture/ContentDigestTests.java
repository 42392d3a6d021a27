package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.hash.Sha256;
import dev.mobilesync.web.http.ApiException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDigestTests {

    /** Of "hello". */
    private static final String HELLO = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

    private static final byte[] DIGEST = Base64.getDecoder().decode(HELLO);

    @Test
    void parsesSha256() {
        assertThat(in("sha-256=:" + HELLO + ":")).isEqualTo(DIGEST);
        assertThat(in("  sha-256=:" + HELLO + ":  ")).isEqualTo(DIGEST);
        assertThat(in("sha-512=:AAAA:,sha-256=:" + HELLO + ":;a=b, md5=::")).isEqualTo(DIGEST);
        assertThat(in("md5=:AAAA:", "sha-256=:" + HELLO + ":")).isEqualTo(DIGEST);
        assertThat(DIGEST).isEqualTo(Sha256.hash("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void ignoresOtherAlgorithms() {
        assertThat(in()).isNull();
        assertThat(in("sha-512=:AAAA:")).isNull();
        assertThat(in("md5=:AAAA:, unixsum=:AA==:")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "sha-256",
                "sha-256=",
                "sha-256=abc",
                "sha-256=::",
                "sha-256=:AAAA:",
                "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ:x",
                "sha-256=:LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:",
                "sha-256=\"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\"",
                "SHA-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"
            })
    void rejectsMalformedHeader(String header) {
        assertThatThrownBy(() -> in(header))
                .isInstanceOfSatisfying(ApiException.class, exception -> assertThat(exception.code())
                        .isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    private static byte @org.jspecify.annotations.Nullable [] in(String... headers) {
        return ContentDigest.parse(List.of(headers));
    }
}
