package dev.mobilesync.testsupport.api;

import dev.mobilesync.messages.MessageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The tables of {@code docs/api.md}, made from the documents. */
final class ApiPage {

    private static final ApiDocuments DOCUMENTS = ApiDocuments.tolerant();
    private static final OpenApiPaths PATHS = OpenApiPaths.documented();
    private static final JsonNode ASYNC_API = DOCUMENTS.read(AsyncApiChannels.DOCUMENT);

    private ApiPage() {}

    /** The operations in the order of the document. */
    static String rest() {
        List<String> rows = new ArrayList<>();
        rows.add("| request | callers | success | problems |");
        rows.add("|---|---|---|---|");
        DOCUMENTS.read(HttpContract.DOCUMENT).path("paths").properties().forEach(path -> path.getValue()
                .properties()
                .forEach(method -> {
                    if (method.getValue().has("operationId")) {
                        rows.add(row(new OpenApiPaths.Operation(method.getKey(), path.getKey()), method.getValue()));
                    }
                }));
        return String.join("\n", rows) + "\n";
    }

    private static String row(OpenApiPaths.Operation operation, JsonNode details) {
        List<String> success = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String status : details.path("responses").propertyNames()) {
            if (status.compareTo("400") < 0) {
                success.add(status);
            } else {
                problems.add(status + codes(PATHS.resolve(operation.pointer() + "/responses/" + status)));
            }
        }
        return "| `" + operation.method().toUpperCase(Locale.ROOT) + " " + operation.path() + "`<br>"
                + details.path("summary").asString() + " | "
                + callers(details.path("security")) + " | "
                + String.join(", ", success) + " | "
                + String.join(", ", problems) + " |";
    }

    private static String callers(JsonNode security) {
        return security.isEmpty() ? "anyone" : texts(security.at("/0/bearer"));
    }

    private static String codes(String response) {
        JsonNode code = PATHS.at(response + "/content/application~1problem+json/schema/allOf/1/properties/code");
        return Stream.concat(Stream.of(code.path("const")), code.path("enum").valueStream())
                .filter(JsonNode::isString)
                .map(name -> " `" + name.asString() + "`")
                .collect(Collectors.joining(" or"));
    }

    private static String texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    /** The messages in the order of their types. */
    static String messages() {
        List<String> rows = new ArrayList<>();
        rows.add("| message | | fields of `data` |");
        rows.add("|---|---|---|");
        for (MessageType type : MessageType.values()) {
            String file = "schemas/" + type.wireName() + ".json";
            JsonNode schema = DOCUMENTS.read(file);
            JsonNode data = schema.at("/properties/data");
            List<String> required =
                    data.path("required").valueStream().map(JsonNode::asString).toList();
            rows.add("| [`" + type.wireName() + "`](../common-messages/src/main/resources/api/" + file + ") | "
                    + schema.path("description").asString() + " | "
                    + data.path("properties").propertyNames().stream()
                            .map(field -> "`" + field + (required.contains(field) ? "`" : "?`"))
                            .collect(Collectors.joining(", "))
                    + " |");
        }
        return String.join("\n", rows) + "\n";
    }

    /** The channels in the order of the document, with the operations on them. */
    static String channels() {
        List<String> rows = new ArrayList<>();
        rows.add("| address | | operations | messages |");
        rows.add("|---|---|---|---|");
        for (Map.Entry<String, JsonNode> channel : ASYNC_API.path("channels").properties()) {
            rows.add("| `" + channel.getValue().path("address").asString() + "` | "
                    + channel.getValue().path("description").asString() + " | "
                    + operations(channel.getKey()) + " | "
                    + channel.getValue().path("messages").propertyNames().stream()
                            .map(message -> "`" + message + "`")
                            .collect(Collectors.joining(", "))
                    + " |");
        }
        return String.join("\n", rows) + "\n";
    }

    private static String operations(String channel) {
        return ASYNC_API
                .path("operations")
                .valueStream()
                .filter(operation -> operation.at("/channel/$ref").asString().equals("#/channels/" + channel))
                .map(operation -> operation.at("/tags/0/name").asString() + " "
                        + operation.path("action").asString() + "s" + roles(operation))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static String roles(JsonNode operation) {
        String roles = texts(operation.path("x-roles"));
        String preposition = operation.path("action").asString().equals("send") ? " to " : " from ";
        return roles.isEmpty() ? "" : preposition + roles;
    }
}
