package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Finds operations and other parts of an OpenAPI document by JSON pointer. */
public final class OpenApiPaths {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode document;
    private final List<Operation> operations;

    OpenApiPaths(JsonNode document) {
        this.document = document;
        this.operations = operations(document);
    }

    /** The paths of {@code openapi.yaml}. */
    public static OpenApiPaths documented() {
        return new OpenApiPaths(ApiDocuments.tolerant().read(HttpContract.DOCUMENT));
    }

    /**
     * An operation.
     *
     * @param method in lower case
     * @param path the template
     */
    public record Operation(String method, String path) {

        String pathPointer() {
            return "/paths/" + escape(path);
        }

        String pointer() {
            return pathPointer() + "/" + method;
        }

        private String[] segments() {
            return path.split("/", -1);
        }

        /** The values of the template's variables, decoded; {@code null} if the path does not match. */
        @Nullable
        Map<String, String> match(String rawPath) {
            String[] template = segments();
            String[] actual = rawPath.split("/", -1);
            if (template.length != actual.length) {
                return null;
            }
            Map<String, String> variables = new HashMap<>();
            for (int i = 0; i < template.length; i++) {
                String value = URLDecoder.decode(actual[i].replace("+", "%2B"), UTF_8);
                if (isVariable(template[i])) {
                    variables.put(template[i].substring(1, template[i].length() - 1), value);
                } else if (!template[i].equals(value)) {
                    return null;
                }
            }
            return variables;
        }

        private static boolean isVariable(String segment) {
            return segment.startsWith("{") && segment.endsWith("}");
        }

        private long variables() {
            return List.of(segments()).stream().filter(Operation::isVariable).count();
        }
    }

    private static List<Operation> operations(JsonNode document) {
        List<Operation> all = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue().propertyNames().stream()
                .filter(METHODS::contains)
                .forEach(method -> all.add(new Operation(method, path.getKey()))));
        // The most concrete template wins.
        all.sort(Comparator.comparing(Operation::variables));
        return List.copyOf(all);
    }

    public List<Operation> operations() {
        return operations;
    }

    /** The operation of a request; a HEAD is answered as a GET. */
    @Nullable
    public Operation find(String method, String rawPath) {
        String name = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        try {
            return operations.stream()
                    .filter(operation -> operation.method().equals(name) && operation.match(rawPath) != null)
                    .findFirst()
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            // A percent sign that encodes nothing.
            return null;
        }
    }

    JsonNode at(String pointer) {
        return document.at(pointer);
    }

    /** The pointer of the object that a reference stands for; the same pointer if it is no reference. */
    String resolve(String pointer) {
        String reference = at(pointer).path("$ref").asString("");
        return reference.startsWith("#") ? reference.substring(1) : pointer;
    }

    /** A part of a JSON pointer. */
    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
