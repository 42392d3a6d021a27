package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mobilesync.messages.ErrorCode;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares exchanges with web-server's public port with {@code openapi.yaml}. A response must be documented. A request that
 * succeeded must be documented, too; a rejected one may be malformed.
 */
public final class HttpContract {

    static final String DOCUMENT = "openapi.yaml";

    /** The path that services serve the page of errors at. */
    public static final String ERRORS_PAGE = "/api-docs/errors.html";

    private static final String PROBLEM = DOCUMENT + "#/components/schemas/Problem";
    private static final String PROBLEM_TYPE = "application/problem+json";
    /** The statuses that the document names for paths and methods that it does not list. */
    private static final Set<Integer> UNLISTED = Set.of(400, 401, 403, 404, 405, 415, 429, 431, 503);

    private static final JsonMapper JSON = new JsonMapper();
    private static final OpenApiPaths PATHS =
            new OpenApiPaths(ApiDocuments.tolerant().read(DOCUMENT));

    private final HttpExchange exchange;
    private final List<String> errors = new ArrayList<>();

    private HttpContract(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Checks an exchange.
     *
     * @throws AssertionError if it is not as documented
     */
    public static void check(HttpExchange exchange) {
        HttpContract contract = new HttpContract(exchange);
        contract.check();
        if (!contract.errors.isEmpty()) {
            throw new AssertionError(exchange.method() + " " + exchange.uri() + ", answered " + exchange.status()
                    + ", is not as " + DOCUMENT + " says:\n  " + String.join("\n  ", contract.errors) + "\n"
                    + text(exchange.responseBody()));
        }
    }

    /**
     * Checks the body of a problem whose request need not be HTTP.
     *
     * @throws AssertionError if it is not as documented
     */
    public static void checkProblem(int status, String body) {
        List<String> errors = problemErrors(PROBLEM, status, body.getBytes(UTF_8));
        if (!errors.isEmpty()) {
            throw new AssertionError("not a documented problem: " + errors + "\n" + body);
        }
    }

    private static String text(byte @Nullable [] body) {
        return body == null ? "" : new String(body, 0, Math.min(body.length, 2000), UTF_8);
    }

    private void check() {
        OpenApiPaths.Operation operation = PATHS.find(exchange.method(), exchange.path());
        if (operation == null) {
            checkUnlisted();
            return;
        }
        String response = PATHS.resolve(operation.pointer() + "/responses/" + exchange.status());
        if (PATHS.at(response).isMissingNode()) {
            errors.add("the status is not listed");
            return;
        }
        checkResponse(response);
        if (exchange.hasSucceeded()) {
            errors.addAll(RequestContract.errors(PATHS, operation, exchange));
        }
    }

    private void checkUnlisted() {
        String path = exchange.path();
        boolean described = path.startsWith("/pages/") || path.startsWith("/webjars/");
        if (exchange.hasSucceeded() && (described || exchange.method().equals("OPTIONS"))) {
            return;
        }
        if (!UNLISTED.contains(exchange.status())) {
            errors.add("neither the path with this method nor the status is listed");
        }
        checkProblem(PROBLEM);
    }

    private void checkResponse(String response) {
        PATHS.at(response).path("headers").propertyNames().forEach(name -> checkHeader(response, name));
        JsonNode content = PATHS.at(response).path("content");
        String type = exchange.responseType();
        byte[] body = exchange.responseBody();
        if (content.isMissingNode() || exchange.method().equals("HEAD")) {
            if (body != null && body.length > 0) {
                errors.add("no body is documented");
            }
        } else if (!content.has(type)) {
            errors.add("the content type " + type + " is not listed");
        } else if (type.equals(PROBLEM_TYPE)) {
            checkProblem(schema(response, type));
        } else if (content.path(type).has("schema") && body != null) {
            checkBody(schema(response, type), body);
        }
    }

    private static String schema(String response, String type) {
        return DOCUMENT + "#" + response + "/content/" + OpenApiPaths.escape(type) + "/schema";
    }

    private void checkHeader(String response, String name) {
        String header = PATHS.resolve(response + "/headers/" + OpenApiPaths.escape(name));
        HttpHeaders headers = exchange.responseHeaders();
        String value = headers.firstValue(name).orElse(null);
        if (value == null) {
            if (PATHS.at(header).path("required").asBoolean(false)) {
                errors.add("the header " + name + " is missing");
            }
            return;
        }
        errors.addAll(ApiDocuments.exact().errorsOfText(DOCUMENT + "#" + header + "/schema", value));
    }

    private void checkProblem(String schema) {
        byte[] body = exchange.responseBody();
        if (!exchange.responseType().equals(PROBLEM_TYPE)) {
            errors.add("not a problem document, but " + exchange.responseType());
        } else if (body != null && !exchange.method().equals("HEAD")) {
            errors.addAll(problemErrors(schema, exchange.status(), body));
        }
    }

    private void checkBody(String schema, byte[] body) {
        errors.addAll(bodyErrors(schema, body));
    }

    private static List<String> problemErrors(String schema, int status, byte[] body) {
        List<String> errors = bodyErrors(schema, body);
        return errors.isEmpty() ? contradictions(JSON.readTree(body), status) : errors;
    }

    private static List<String> contradictions(JsonNode problem, int status) {
        ErrorCode code = ErrorCode.valueOf(problem.path("code").asString());
        List<String> errors = new ArrayList<>();
        String type = ERRORS_PAGE + "#" + code.name().toLowerCase(Locale.ROOT);
        if (!problem.path("type").asString().equals(type)) {
            errors.add("type is not " + type);
        }
        if (problem.path("status").asInt() != status) {
            errors.add("status is not " + status);
        }
        if (problem.path("retryable").asBoolean() != code.isRetryable()) {
            errors.add("retryable is not " + code.isRetryable());
        }
        return errors;
    }

    private static List<String> bodyErrors(String schema, byte[] body) {
        try {
            return ApiDocuments.exact().errors(schema, JSON.readTree(body));
        } catch (JacksonException e) {
            return List.of("the body is not JSON: " + e.getOriginalMessage());
        }
    }
}
