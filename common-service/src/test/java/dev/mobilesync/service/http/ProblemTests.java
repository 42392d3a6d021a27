package dev.mobilesync.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class ProblemTests {

    @Test
    void writesAllMembers() throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        Problem.of(ErrorCode.TOO_MANY_REQUESTS, "more than 20")
                .withReason("LIMIT")
                .withRetryAfter(Duration.ofMillis(1_001))
                .send(response);
        assertThat(response.getContentAsString())
                .isEqualTo(
                        "{\"type\":\"/api-docs/errors.html#too_many_requests\",\"title\":\"Too many requests\",\"status\":429,"
                                + "\"detail\":\"more than 20\",\"code\":\"TOO_MANY_REQUESTS\",\"retryable\":true,"
                                + "\"reason\":\"LIMIT\"}");
        assertThat(response.getStatus()).isEqualTo(429);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getContentLength()).isEqualTo(response.getContentAsByteArray().length);
        assertThat(response.getHeader("Retry-After")).isEqualTo("2");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void omitsAbsentMembers() throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        Problem.of(499).send(response);
        assertThat(response.getContentAsString())
                .isEqualTo(
                        "{\"type\":\"/api-docs/errors.html#invalid_request\",\"title\":\"Invalid request\",\"status\":499,"
                                + "\"code\":\"INVALID_REQUEST\",\"retryable\":false}");
        assertThat(response.getHeader("Retry-After")).isNull();
    }
}
