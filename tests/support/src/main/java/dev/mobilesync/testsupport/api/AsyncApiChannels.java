package dev.mobilesync.testsupport.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Finds channels and messages in {@code asyncapi.yaml}, and compares messages with them. */
final class AsyncApiChannels {

    static final String DOCUMENT = "asyncapi.yaml";

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode CHANNELS =
            ApiDocuments.tolerant().read(DOCUMENT).path("channels");
    private static final Map<String, Pattern> ADDRESSES = CHANNELS.properties().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, channel -> pattern(channel.getValue())));

    private AsyncApiChannels() {}

    private static Pattern pattern(JsonNode channel) {
        String address = channel.path("address").asString();
        return Pattern.compile(
                address.replace(".", "\\.").replaceAll("\\{[a-zA-Z]+}", "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"));
    }

    /** The name of the channel with this address; {@code null} if there is none. */
    static @Nullable String find(String address) {
        return ADDRESSES.entrySet().stream()
                .filter(channel -> channel.getValue().matcher(address).matches())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /**
     * Compares a message that a service has sent with its channel.
     *
     * @param payloads whether the payload may have further fields
     */
    static List<String> errors(
            String channel, String type, Map<String, ?> headers, ApiDocuments payloads, byte[] body) {
        if (CHANNELS.path(channel).path("messages").path(type).isMissingNode()) {
            return List.of("the channel " + channel + " has no message " + type);
        }
        List<String> errors = new ArrayList<>(headerErrors(channel, type, headers, ApiDocuments.exact()));
        errors.addAll(payloadErrors(payloads, channel, type, body));
        return errors;
    }

    /** Compares the headers of a message with its channel. */
    static List<String> headerErrors(String channel, String type, Map<String, ?> headers, ApiDocuments documents) {
        String trait = CHANNELS.path(channel)
                .path("messages")
                .path(type)
                .at("/traits/0/$ref")
                .asString();
        return documents.errors(DOCUMENT + trait + "/headers", json(headers));
    }

    /** Compares the body of a SEND that socket-server has accepted with its channel. */
    static List<String> commandErrors(String channel, byte[] body) {
        JsonNode payload = CHANNELS.path(channel).path("messages").path(channel).path("payload");
        return payload.isMissingNode() ? List.of() : payloadErrors(ApiDocuments.tolerant(), channel, channel, body);
    }

    private static List<String> payloadErrors(ApiDocuments documents, String channel, String type, byte[] body) {
        try {
            JsonNode value = JSON.readTree(body);
            return documents.errors(DOCUMENT + "#/channels/" + channel + "/messages/" + type + "/payload", value);
        } catch (JacksonException e) {
            return List.of("the body is not JSON: " + e.getOriginalMessage());
        }
    }

    /** Headers as JSON: numbers, and text of whatever class. */
    static ObjectNode json(Map<String, ?> headers) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        headers.forEach((name, value) -> {
            if (value instanceof Number number) {
                object.put(name, number.longValue());
            } else {
                object.put(name, String.valueOf(value));
            }
        });
        return object;
    }
}
