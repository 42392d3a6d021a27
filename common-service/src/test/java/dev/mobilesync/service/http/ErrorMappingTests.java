package dev.mobilesync.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorMappingTests {

    private static final Set<ErrorCode> BROADCAST_ONLY =
            EnumSet.of(ErrorCode.STATE_CHANGE_FAILED, ErrorCode.SYNC_TIMEOUT);

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, false",
        "CAPTURE_TRANSFER_FAILED, 400, true",
        "CAPTURE_TOO_LARGE, 413, false",
        "CAPTURE_NOT_AN_IMAGE, 415, false",
        "CAPTURE_STORE_FAILED, 503, true",
        "STATUS_PUBLISH_FAILED, 503, true",
        "UNAUTHENTICATED, 401, false",
        "FORBIDDEN, 403, false",
        "TOO_MANY_REQUESTS, 429, true"
    })
    void matchesContract(ErrorCode code, int status, boolean retryable) {
        assertThat(ErrorMapping.of(code).status().value()).isEqualTo(status);
        assertThat(code.isRetryable()).isEqualTo(retryable);
    }

    @Test
    void setsRetryAfterOnRetryableErrors() {
        for (ErrorCode code : EnumSet.complementOf(EnumSet.copyOf(BROADCAST_ONLY))) {
            int status = ErrorMapping.of(code).status().value();
            assertThat(ErrorMapping.of(code).retryAfter().isZero())
                    .as("%s", code)
                    .isEqualTo(status != 503 && status != 429);
        }
    }
}
