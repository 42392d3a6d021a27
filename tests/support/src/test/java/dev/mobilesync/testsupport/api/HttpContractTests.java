package dev.mobilesync.testsupport.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A contract that accepted everything would not be noticed elsewhere. */
class HttpContractTests {

    private static final String ROSTER = "/api/v1/plans/P001/roster";
    private static final String RECORD = "/api/v1/plans/P001/examinees/E001/mobile-sync";
    private static final String ORDERS = "/api/v1/plans/P001/examinees/E001/orders";
    private static final String UPLOAD = "/api/v1/plans/P001/examinees/E001/mobile-captures";
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    private static final String EMPTY_ROSTER = "{\"planId\":\"P001\",\"examinees\":[]}";
    private static final String FORBIDDEN = problem(403, "FORBIDDEN", false);
    private static final String ORDER = "{\"order\":\"RETAKE\",\"reason\":\"too dark\"}";
    private static final String GIVEN =
            "{\"planId\":\"P001\",\"examineeId\":\"E001\",\"order\":\"RETAKE\",\"messageId\":\"m\","
                    + "\"timestamp\":\"2024-01-01T09:00:00Z\"}";
    private static final String STORED =
            "{\"type\":\"mobile_sync_status\",\"data\":{\"planId\":\"P001\",\"examineeId\":\"E001\","
                    + "\"deviceId\":\"M001\",\"status\":\"COMPLETED\",\"timestamp\":\"2024-01-01T09:00:00Z\","
                    + "\"captureInfo\":{\"imageUrl\":\"/captures/E001/sync_cap.jpg\"}}}";

    private final Map<String, String> requestHeaders = new HashMap<>();
    private final Map<String, String> responseHeaders = new HashMap<>(Map.of("Cache-Control", "no-store"));

    private static String problem(int status, String code, boolean retryable) {
        return "{\"type\":\"/api-docs/errors.html#" + code.toLowerCase(Locale.ROOT)
                + "\",\"title\":\"Error\",\"status\":" + status + ",\"code\":\"" + code
                + "\",\"retryable\":" + retryable + "}";
    }

    private void check(String method, String path, String body, int status, String type, String response) {
        check(method, path, body.getBytes(StandardCharsets.UTF_8), status, type, response);
    }

    private void check(String method, String path, byte[] body, int status, String type, String response) {
        responseHeaders.put("Content-Type", type);
        HttpContract.check(new HttpExchange(
                method,
                URI.create("http://localhost" + path),
                headers(requestHeaders),
                body,
                status,
                headers(responseHeaders),
                response.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpHeaders headers(Map<String, String> values) {
        Map<String, List<String>> lists = new HashMap<>();
        values.forEach((name, value) -> lists.put(name, List.of(value)));
        return HttpHeaders.of(lists, (name, value) -> true);
    }

    @Test
    void acceptsDocumentedExchanges() {
        check("GET", ROSTER, "", 200, "application/json;charset=UTF-8", EMPTY_ROSTER);
        check("GET", ROSTER, "", 403, PROBLEM, FORBIDDEN);
        check("GET", "/nothing", "", 404, PROBLEM, problem(404, "NOT_FOUND", false));
        check("DELETE", ROSTER, "", 405, PROBLEM, problem(405, "INVALID_REQUEST", false));
        requestHeaders.putAll(Map.of("Content-Type", JSON, "Idempotency-Key", "123"));
        check("POST", ORDERS, ORDER, 202, JSON, GIVEN);
        check("POST", ORDERS, "nonsense", 400, PROBLEM, problem(400, "INVALID_REQUEST", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "204 | application/json | {} | the status is not listed",
                "200 | text/plain | {} | content type",
                "200 | application/json | nonsense | not JSON",
                "200 | application/json | {\"planId\":\"P001\"} | examinees",
                "200 | application/json | {\"planId\":\"P001\",\"examinees\":[],\"extra\":1} | extra",
                "200 | application/json | {\"planId\":\"P001\",\"examinees\":[{\"examineeId\":\"a b\"}]} | pattern",
                "403 | application/json | {} | content type",
                "403 | application/problem+json | {\"code\":\"FORBIDDEN\"} | title",
            })
    void rejectsUndocumentedResponse(int status, String type, String response, String reason) {
        assertThatThrownBy(() -> check("GET", ROSTER, "", status, type, response))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(reason);
    }

    @Test
    void rejectsProblemThatContradictsItself() {
        assertThatThrownBy(() -> check("GET", ROSTER, "", 403, PROBLEM, problem(404, "FORBIDDEN", false)))
                .hasMessageContaining("status is not 403");
        assertThatThrownBy(() -> check("GET", ROSTER, "", 403, PROBLEM, problem(403, "FORBIDDEN", true)))
                .hasMessageContaining("retryable is not false");
        assertThatThrownBy(() -> check("GET", ROSTER, "", 403, PROBLEM, FORBIDDEN.replace("#forbidden", "#not_found")))
                .hasMessageContaining("type is not /api-docs/errors.html#forbidden");
        assertThatThrownBy(() -> check("GET", ROSTER, "", 403, PROBLEM, problem(403, "NOT_FOUND", false)))
                .hasMessageContaining("code");
    }

    @Test
    void rejectsMissingOrWrongHeader() {
        String busy = problem(429, "TOO_MANY_REQUESTS", true);
        assertThatThrownBy(() -> check("GET", ROSTER, "", 429, PROBLEM, busy)).hasMessageContaining("Retry-After");
        responseHeaders.put("Retry-After", "soon");
        assertThatThrownBy(() -> check("GET", ROSTER, "", 429, PROBLEM, busy)).hasMessageContaining("integer");
        responseHeaders.put("Retry-After", "2");
        assertThatCode(() -> check("GET", ROSTER, "", 429, PROBLEM, busy)).doesNotThrowAnyException();
    }

    @Test
    void rejectsUnlistedPathOrMethodThatWorks() {
        assertThatThrownBy(() -> check("GET", "/api/v1/other", "", 200, JSON, "{}"))
                .hasMessageContaining("listed");
        assertThatThrownBy(() -> check("DELETE", ROSTER, "", 200, JSON, EMPTY_ROSTER))
                .hasMessageContaining("listed");
        assertThatThrownBy(() -> check("GET", "/api/v1/other", "", 500, PROBLEM, problem(500, "INTERNAL_ERROR", false)))
                .hasMessageContaining("listed");
        assertThatThrownBy(() -> check("GET", "/nothing", "", 404, "text/html", "<p>"))
                .hasMessageContaining("problem");
    }

    @Test
    void rejectsMalformedRequestThatSucceeds() {
        requestHeaders.put("Content-Type", JSON);
        assertThatThrownBy(() -> check("POST", ORDERS, ORDER, 202, JSON, GIVEN))
                .hasMessageContaining("Idempotency-Key is missing");
        requestHeaders.put("Idempotency-Key", "k1");
        assertThatThrownBy(() -> check("POST", ORDERS, "{\"order\":\"EXTEND\",\"reason\":\"slow\"}", 202, JSON, GIVEN))
                .hasMessageContaining("deadline");
        assertThatThrownBy(() -> check("GET", ROSTER.replace("P001", "a%20b"), "", 200, JSON, EMPTY_ROSTER))
                .hasMessageContaining("planId");
        assertThatThrownBy(() -> check("GET", "/api/v1/plans/P001/mobile-sync?size=0", "", 200, JSON, "{}"))
                .hasMessageContaining("size");
    }

    @Test
    void checksFormOfUpload() {
        responseHeaders.put("Location", "/captures/E001/sync_cap.jpg");
        requestHeaders.put("Content-Type", MultipartBody.CONTENT_TYPE);
        byte[] form = MultipartBody.upload("M001", Jpegs.picture(1));
        check("POST", UPLOAD, form, 201, JSON, STORED);
        assertThatThrownBy(
                        () -> check("POST", UPLOAD, MultipartBody.upload("a b", Jpegs.picture(1)), 201, JSON, STORED))
                .hasMessageContaining("deviceId");
        assertThatThrownBy(() -> check("POST", UPLOAD, "", 201, JSON, STORED)).hasMessageContaining("image is missing");
        responseHeaders.remove("Location");
        assertThatThrownBy(() -> check("POST", UPLOAD, form, 201, JSON, STORED)).hasMessageContaining("Location");
    }

    @Test
    void ownRecordMayOmitProctor() {
        String record = "{\"planId\":\"P001\",\"examineeId\":\"E001\",\"status\":\"COMPLETED\","
                + "\"timestamp\":\"2024-01-01T09:00:00Z\",\"messageId\":\"m\",\"revision\":1,\"lastOrder\":"
                + "{\"order\":\"ACCEPT\",\"timestamp\":\"2024-01-01T09:00:00Z\"}}";
        check("GET", RECORD, "", 200, JSON, record);
        assertThatThrownBy(() -> check("GET", RECORD, "", 200, JSON, record.replace("ACCEPT", "GUESS")))
                .hasMessageContaining("order");
    }
}
