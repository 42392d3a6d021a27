package dev.mobilesync.socket.stomp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to subscribers. All but the subscription's id is encoded once, however many they are.
 *
 * @param revision the record's, or {@code null} where no record stands behind the message
 * @param messageId the AMQP {@code message_id}
 * @param body JSON, as it was broadcast
 */
public record StompMessage(@Nullable Long revision, String messageId, String body, int bodyBytes) {

    public static StompMessage of(@Nullable Long revision, String messageId, byte[] body) {
        return new StompMessage(revision, messageId, new String(body, StandardCharsets.UTF_8), body.length);
    }

    /** The MESSAGE frames for the subscribers of one destination. */
    public Frame to(String destination) {
        StringBuilder rest = new StringBuilder("\ndestination:")
                .append(destination)
                .append("\nmessage-id:")
                .append(escape(messageId))
                .append("\ncontent-type:application/json");
        if (revision != null) {
            rest.append("\nrevision:").append(revision);
        }
        rest.append("\ncontent-length:")
                .append(bodyBytes)
                .append("\n\n")
                .append(body)
                .append('\0');
        return new Frame(rest.toString());
    }

    /** A frame that lacks the subscription's id. */
    public record Frame(String rest) {

        /** The frame for one subscriber; {@code escapedId} is the subscription's id after {@link StompMessage#escape}. */
        public String forSubscription(String escapedId) {
            return "MESSAGE\nsubscription:" + escapedId + rest;
        }
    }

    /** A header's value as STOMP 1.2 writes it. */
    public static String escape(String value) {
        StringBuilder escaped = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\\\");
                case ':' -> escaped.append("\\c");
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
