package dev.mobilesync.admin.command;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Leaves out of a message of an unknown sender what must not be printed: tokens, secrets, and long texts, which may be pictures.
 */
public final class Redaction {

    private static final String HIDDEN = "***";
    private static final int MAX_LENGTH = 500;
    private static final Pattern SECRET_NAME =
            Pattern.compile(".*(token|secret|password|authorization|cookie|credential).*", Pattern.CASE_INSENSITIVE);
    /** A JWT, of which the first part is JSON, in a text. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

    private Redaction() {}

    /** Returns the text with its tokens hidden; a placeholder if the name is that of a secret, or the text is too long. */
    public static String text(String name, String value) {
        if (SECRET_NAME.matcher(name).matches()) {
            return HIDDEN;
        }
        return value.length() > MAX_LENGTH
                ? "(" + value.length() + " characters)"
                : TOKEN.matcher(value).replaceAll(HIDDEN);
    }

    /** Returns a copy of the JSON with redacted texts. */
    public static JsonNode json(JsonNode node) {
        return redact("", node);
    }

    private static JsonNode redact(String name, JsonNode node) {
        if (SECRET_NAME.matcher(name).matches() && !node.isNull()) {
            return JsonNodeFactory.instance.stringNode(HIDDEN);
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> object.set(field.getKey(), redact(field.getKey(), field.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(redact(name, element)));
            return array;
        }
        return node.isString() ? JsonNodeFactory.instance.stringNode(text(name, node.asString())) : node;
    }
}
