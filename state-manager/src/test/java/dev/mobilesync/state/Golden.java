package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.MessageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;

/** The golden files of {@code test-support}. */
final class Golden {

    private Golden() {}

    static byte[] bytes(String name) {
        try (InputStream in = requireNonNull(Golden.class.getResourceAsStream("/golden/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String name) {
        return json(bytes(name));
    }

    static JsonNode json(byte[] text) {
        return MessageCodec.mapper().readTree(text);
    }
}
