package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.MessageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The examples that pin the messages of docs/messages.md and a record in Redis. Tests of producers and consumers share them. */
public final class GoldenFiles {

    private GoldenFiles() {}

    /**
     * @param name such as {@code mobile_sync_status.json}
     */
    public static byte[] bytes(String name) {
        try (InputStream in = requireNonNull(GoldenFiles.class.getResourceAsStream("/golden/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(String name) {
        return MessageCodec.mapper().readTree(bytes(name));
    }

    /** The message with another timestamp. */
    public static JsonNode message(String name, Instant timestamp) {
        JsonNode message = json(name);
        ((ObjectNode) message.get("data")).put("timestamp", timestamp.toString());
        return message;
    }
}
