package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.state.webhook.AttemptResult.AttemptOutcome;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponsePolicyTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-12-01T09:00:00Z"), ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "200, SUCCESS, true",
        "204, SUCCESS, true",
        "299, SUCCESS, true",
        "301, REJECTED, false",
        "304, REJECTED, false",
        "400, REJECTED, true",
        "401, REJECTED, false",
        "404, REJECTED, false",
        "408, TIMEOUT, false",
        "410, REJECTED, false",
        "422, REJECTED, true",
        "429, UNAVAILABLE, false",
        "500, UNAVAILABLE, false",
        "503, UNAVAILABLE, false"
    })
    void classifiesStatus(int status, AttemptOutcome outcome, boolean endpointAvailable) {
        AttemptResult attempt = ResponsePolicy.ofStatus(status, Optional.empty(), CLOCK);

        assertThat(attempt.outcome()).isEqualTo(outcome);
        assertThat(attempt.isEndpointAvailable()).isEqualTo(endpointAvailable);
        assertThat(attempt.reason()).contains(attempt.isSuccess() ? "" : Integer.toString(status));
    }

    @ParameterizedTest
    @CsvSource({"30, 30", "' 30 ', 30", "'Tue, 1 Dec 2026 09:02:00 GMT', 120", "86400, 3600", "999999999, 3600"})
    void honoursRetryAfter(String value, int seconds) {
        assertThat(ResponsePolicy.ofStatus(503, Optional.of(value), CLOCK).retryAfter())
                .isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "0", "1.5", "99999999999999999999", "Tue, 1 Dec 2026 08:00:00 GMT"})
    void ignoresUnusableRetryAfter(String value) {
        assertThat(ResponsePolicy.ofStatus(429, Optional.of(value), CLOCK).retryAfter())
                .isNull();
    }

    @Test
    void pausesEndpointThatIsGone() {
        assertThat(ResponsePolicy.ofStatus(410, Optional.of("1"), CLOCK).retryAfter())
                .isEqualTo(ResponsePolicy.MAX_RETRY_AFTER);
    }

    @Test
    void classifiesFailures() {
        assertThat(ResponsePolicy.ofFailure(new CompletionException(new ConnectException()))
                        .outcome())
                .isEqualTo(AttemptOutcome.UNAVAILABLE);
        assertThat(ResponsePolicy.ofFailure(new HttpConnectTimeoutException("slow"))
                        .outcome())
                .isEqualTo(AttemptOutcome.TIMEOUT);
        assertThat(ResponsePolicy.ofFailure(new CancellationException()).outcome())
                .isEqualTo(AttemptOutcome.TIMEOUT);
    }

    /** The address may contain a secret. */
    @Test
    void reasonContainsNoMessageOfException() {
        assertThat(ResponsePolicy.ofFailure(new IllegalStateException("https://example.com/secret"))
                        .reason())
                .doesNotContain("secret");
    }
}
