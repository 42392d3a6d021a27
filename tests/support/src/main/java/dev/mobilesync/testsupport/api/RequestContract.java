package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Compares a request with its operation in {@code openapi.yaml}. */
final class RequestContract {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)");
    private static final Pattern PART_NAME =
            Pattern.compile("(?i)content-disposition:[^\\r\\n]*[; ]name=\"?([^\";\\r\\n]+)");

    private final OpenApiPaths paths;
    private final OpenApiPaths.Operation operation;
    private final HttpExchange exchange;
    private final List<String> errors = new ArrayList<>();

    private RequestContract(OpenApiPaths paths, OpenApiPaths.Operation operation, HttpExchange exchange) {
        this.paths = paths;
        this.operation = operation;
        this.exchange = exchange;
    }

    static List<String> errors(OpenApiPaths paths, OpenApiPaths.Operation operation, HttpExchange exchange) {
        RequestContract contract = new RequestContract(paths, operation, exchange);
        contract.checkParameters(operation.pathPointer() + "/parameters");
        contract.checkParameters(operation.pointer() + "/parameters");
        contract.checkBody(operation.pointer() + "/requestBody");
        return contract.errors;
    }

    private void checkParameters(String list) {
        for (int i = 0; i < paths.at(list).size(); i++) {
            String pointer = paths.resolve(list + "/" + i);
            JsonNode parameter = paths.at(pointer);
            String name = parameter.path("name").asString();
            String value = value(parameter.path("in").asString(), name);
            if (value != null) {
                boolean isList = parameter.at("/schema/type").asString("").equals("array");
                if (isList) {
                    check(pointer + "/schema", list(value), name);
                } else {
                    add(ApiDocuments.tolerant().errorsOfText(reference(pointer + "/schema"), value), name);
                }
            } else if (parameter.path("required").asBoolean(false)) {
                errors.add("the parameter " + name + " is missing");
            }
        }
    }

    private @Nullable String value(String in, String name) {
        return switch (in) {
            case "path" ->
                Objects.requireNonNull(operation.match(exchange.path())).get(name);
            case "query" -> query().get(name);
            default -> exchange.requestHeaders().firstValue(name).orElse(null);
        };
    }

    private Map<String, String> query() {
        Map<String, String> values = new HashMap<>();
        String query = Objects.requireNonNullElse(exchange.uri().getRawQuery(), "");
        for (String parameter : query.split("&")) {
            String[] parts = parameter.split("=", 2);
            values.merge(
                    URLDecoder.decode(parts[0], UTF_8),
                    parts.length == 1 ? "" : URLDecoder.decode(parts[1], UTF_8),
                    (first, second) -> first + "," + second);
        }
        return values;
    }

    private static JsonNode list(String value) {
        var list = JsonNodeFactory.instance.arrayNode();
        if (!value.isEmpty()) {
            List.of(value.split(",")).forEach(list::add);
        }
        return list;
    }

    private void checkBody(String pointer) {
        JsonNode body = paths.at(pointer);
        if (body.isMissingNode()) {
            return;
        }
        String type = exchange.requestType();
        String schema = pointer + "/content/" + OpenApiPaths.escape(type) + "/schema";
        if (!body.path("content").has(type)) {
            errors.add("the request's content type " + type + " is not listed");
        } else if (type.equals("application/json")) {
            checkJson(schema, new String(exchange.requestBody(), UTF_8));
        } else {
            checkForm(schema);
        }
    }

    private void checkForm(String schema) {
        Map<String, String> parts = parts();
        paths.at(schema).path("required").forEach(name -> {
            if (!parts.containsKey(name.asString())) {
                errors.add("the part " + name.asString() + " is missing");
            }
        });
        checkJson(schema + "/properties/metadata", Objects.requireNonNullElse(parts.get("metadata"), "null"));
    }

    /** The contents of the form's parts, each byte as a character. */
    private Map<String, String> parts() {
        String header = exchange.requestHeaders().firstValue("Content-Type").orElse("");
        Matcher boundary = BOUNDARY.matcher(header);
        Map<String, String> parts = new HashMap<>();
        if (boundary.find()) {
            String form = "\r\n" + new String(exchange.requestBody(), ISO_8859_1);
            for (String part : form.split(Pattern.quote("\r\n--" + boundary.group(1)))) {
                int end = part.indexOf("\r\n\r\n");
                Matcher name = PART_NAME.matcher(end < 0 ? "" : part.substring(0, end));
                if (name.find()) {
                    parts.put(name.group(1), part.substring(end + 4));
                }
            }
        }
        return parts;
    }

    private void checkJson(String schema, String text) {
        try {
            check(schema, JSON.readTree(text), "body");
        } catch (JacksonException e) {
            errors.add("the request's body is not JSON");
        }
    }

    private void check(String schema, JsonNode value, String what) {
        add(ApiDocuments.tolerant().errors(reference(schema), value), what);
    }

    private void add(List<String> found, String what) {
        found.forEach(error -> errors.add("request, " + what + ": " + error));
    }

    private static String reference(String pointer) {
        return HttpContract.DOCUMENT + "#" + pointer;
    }
}
