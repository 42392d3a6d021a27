package dev.mobilesync.socket.stomp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message to subscribers. Everything except the id of the subscription is encoded once per destination.
 *
 * @param revision the record's revision; {@code null} if the message has no record
 * @param messageId the AMQP {@code message_id}
 * @param body the JSON of the broadcast, unchanged
 */
public record StompMessage(@Nullable Long revision, String messageId, String body, int bodyBytes) {

    public static StompMessage of(@Nullable Long revision, String messageId, byte[] body) {
        return new StompMessage(revision, messageId, new String(body, StandardCharsets.UTF_8), body.length);
    }

    /** Encodes the frame that the subscribers of one destination share. */
    public Frame frameFor(String destination) {
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

    /** A MESSAGE frame without the id of a subscription. */
    public record Frame(String rest) {

        /** Completes the frame with the subscription's id, escaped by {@link StompMessage#escape}. */
        public String forSubscription(String escapedId) {
            return "MESSAGE\nsubscription:" + escapedId + rest;
        }
    }

    /** Escapes the value of a header as STOMP 1.2 specifies. */
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
