package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares STOMP frames with {@code asyncapi.yaml}. */
public final class StompContract {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMAS = AsyncApiChannels.DOCUMENT + "#/components/schemas/";

    private StompContract() {}

    /**
     * Checks a frame of socket-server.
     *
     * @throws AssertionError if it is not as documented
     */
    public static void checkReceived(String command, Map<String, String> headers, String body) {
        List<String> errors =
                switch (command) {
                    case "CONNECTED" -> headerErrors("ConnectedHeaders", headers);
                    case "RECEIPT" -> headerErrors("ReceiptHeaders", headers);
                    case "ERROR" -> errorErrors(headers, body);
                    default -> messageErrors(headers, body);
                };
        fail(errors, command + " " + headers + " " + body);
    }

    /**
     * Checks a frame that the server has accepted: CONNECT, SUBSCRIBE or SEND.
     *
     * @throws AssertionError if the destination, the headers or the body are not documented
     */
    public static void checkAccepted(String command, Map<String, String> headers, String body) {
        List<String> errors = new ArrayList<>(headerErrors(
                ApiDocuments.tolerant(),
                switch (command) {
                    case "CONNECT" -> "ConnectHeaders";
                    case "SUBSCRIBE" -> "SubscribeHeaders";
                    case "SEND" -> "CommandHeaders";
                    default -> throw new IllegalArgumentException(command);
                },
                headers));
        if (!command.equals("CONNECT")) {
            String channel = AsyncApiChannels.find(headers.getOrDefault("destination", ""));
            if (channel == null) {
                errors.add("the destination is not listed");
            } else if (command.equals("SEND")) {
                errors.addAll(AsyncApiChannels.commandErrors(channel, data(body).getBytes(UTF_8)));
            }
        }
        // CONNECT contains a token.
        fail(errors, command + " " + headers.getOrDefault("destination", "") + " " + body);
    }

    /** A request may be in the envelope of a message. */
    private static String data(String body) {
        try {
            JsonNode data = JSON.readTree(body).path("data");
            return data.isObject() ? data.toString() : body;
        } catch (JacksonException e) {
            return body;
        }
    }

    /** socket-server passes broadcasts on unchanged, also those of a later version of state-manager, with further fields. */
    private static List<String> messageErrors(Map<String, String> headers, String body) {
        String channel = AsyncApiChannels.find(headers.getOrDefault("destination", ""));
        if (channel == null) {
            return List.of("the destination is not listed");
        }
        String type = JSON.readTree(body).path("type").asString("");
        return AsyncApiChannels.errors(channel, type, numbers(headers), ApiDocuments.tolerant(), body.getBytes(UTF_8));
    }

    private static List<String> errorErrors(Map<String, String> headers, String body) {
        List<String> errors = new ArrayList<>(headerErrors("ErrorHeaders", headers));
        errors.addAll(ApiDocuments.exact().errors("schemas/common.json#/$defs/error", JSON.readTree(body)));
        return errors;
    }

    private static List<String> headerErrors(String schema, Map<String, String> headers) {
        return headerErrors(ApiDocuments.exact(), schema, headers);
    }

    private static List<String> headerErrors(ApiDocuments documents, String schema, Map<String, String> headers) {
        return documents.errors(SCHEMAS + schema, AsyncApiChannels.json(numbers(headers)));
    }

    /** Frames have text only; the document says which of it is a number. */
    private static Map<String, Object> numbers(Map<String, String> headers) {
        Map<String, Object> typed = new HashMap<>(headers);
        for (String name : List.of("content-length", "revision")) {
            typed.computeIfPresent(name, (key, value) -> Long.valueOf(value.toString()));
        }
        return typed;
    }

    private static void fail(List<String> errors, String frame) {
        if (!errors.isEmpty()) {
            throw new AssertionError("a frame is not as " + AsyncApiChannels.DOCUMENT + " says:\n  "
                    + String.join("\n  ", errors) + "\n" + frame);
        }
    }
}
