package dev.mobilesync.endtoend;

import dev.mobilesync.messages.MessageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The messages that the scenario prints, which all services are tested against. */
final class Golden {

    private Golden() {}

    /** The message as it is printed, but for the time. */
    static JsonNode message(String file, Instant timestamp) {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + file), file)) {
            JsonNode message = MessageCodec.mapper().readTree(in);
            ((ObjectNode) message.get("data")).put("timestamp", timestamp.toString());
            return message;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
