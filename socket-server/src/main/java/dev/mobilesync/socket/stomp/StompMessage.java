package dev.mobilesync.socket.stomp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message to subscribers. Everything except the id of the subscription is encoded once per destination.
 *
 * @param revision the record's revision; {@code null} if the message shows no record's state
 * @param messageId the AMQP {@code message_id}
 * @param body the JSON of the broadcast in UTF-8, unchanged
 * @param onSent runs once per subscriber when the message is written to its socket; {@code null} for nothing
 */
public record StompMessage(
        @Nullable Long revision,
        String messageId,
        byte[] body,
        @Nullable Runnable onSent) {

    public StompMessage(@Nullable Long revision, String messageId, byte[] body) {
        this(revision, messageId, body, null);
    }

    /** Encodes the frame that the subscribers of one destination share. */
    public Frame frameFor(String destination) {
        StringBuilder headers = new StringBuilder("\ndestination:")
                .append(destination)
                .append("\nmessage-id:")
                .append(escape(messageId))
                .append("\ncontent-type:application/json");
        if (revision != null) {
            headers.append("\nrevision:").append(revision);
        }
        headers.append("\ncontent-length:").append(body.length).append("\n\n");
        return new Frame(headers.toString().getBytes(StandardCharsets.UTF_8), body, onSent);
    }

    /** A MESSAGE frame without the id of a subscription. */
    public record Frame(
            byte[] headers, byte[] body, @Nullable Runnable onSent) {

        private static final byte[] NUL = {0};

        /**
         * Returns the parts of the frame for one subscription.
         *
         * @param start from {@link StompMessage#startFor}
         */
        public byte[][] parts(byte[] start) {
            return new byte[][] {start, headers, body, NUL};
        }
    }

    /** Encodes the start of all MESSAGE frames of one subscription. */
    public static byte[] startFor(String subscriptionId) {
        return ("MESSAGE\nsubscription:" + escape(subscriptionId)).getBytes(StandardCharsets.UTF_8);
    }

    /** Escapes the value of a header as STOMP 1.2 specifies. */
    private static String escape(String value) {
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
