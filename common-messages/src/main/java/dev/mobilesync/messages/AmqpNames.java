package dev.mobilesync.messages;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names of queues, exchanges and headers in RabbitMQ. */
public final class AmqpNames {

    /** Queue of the messages that may change an examinee's state, for state-manager. */
    public static final String STATUS_QUEUE = "status_queue";

    /**
     * Queue of messages that cannot be processed, with {@link #DEAD_LETTER_REASON}, and of those that the broker moved after
     * too many deliveries, with its header {@code x-first-death-reason}.
     */
    public static final String DEAD_LETTER_QUEUE = "status_queue.dlq";

    /** Fanout exchange to the queues of all socket-server instances and of all webhook endpoints. */
    public static final String BROADCAST_EXCHANGE = "broadcast";

    /** Queue of socket-server, if there is one instance; with several, each has {@code broadcast_queue.<instance>}. */
    public static final String BROADCAST_QUEUE = "broadcast_queue";

    /**
     * Queue of broadcasts for the default webhook endpoint, which receives the plans that no other endpoint lists. The others have
     * {@code webhook_queue.<endpoint>}.
     */
    public static final String WEBHOOK_QUEUE = "webhook_queue";

    /**
     * Queue of state changes that were not delivered to their webhook endpoint, with {@link #DEAD_LETTER_REASON}, and of those that
     * a full queue dropped, with the broker's header {@code x-first-death-reason}.
     */
    public static final String WEBHOOK_DEAD_LETTER_QUEUE = "webhook_queue.dlq";

    /** AMQP and STOMP header of a broadcast: the record's revision (a long). A higher revision is newer. */
    public static final String REVISION = "revision";

    /** The header of a broadcast with its {@code planId}. */
    public static final String PLAN = "plan";

    /** The header of a broadcast with its {@code examineeId}. */
    public static final String EXAMINEE = "examinee";

    /**
     * AMQP header: when the message was published, in milliseconds since the epoch (a long). For metrics, and for the age at
     * which an undelivered webhook becomes a dead letter.
     */
    public static final String SENT_AT = "sent-at";

    /**
     * AMQP header of a capture's status message and of its broadcast: when web-server began to receive the upload, in
     * milliseconds since the epoch (a long). For metrics only.
     */
    public static final String CAPTURE_STARTED_AT = "capture-started-at";

    /** AMQP header of a dead letter: why the message cannot be processed. */
    public static final String DEAD_LETTER_REASON = "x-mobile-sync-reason";

    /** AMQP header of a dead letter in {@link #WEBHOOK_DEAD_LETTER_QUEUE}: the queue that it came from. */
    public static final String DEAD_LETTER_ORIGIN = "x-mobile-sync-queue";

    private AmqpNames() {}

    /** Returns the sender's message id, or one derived from the body if the sender set none. */
    public static String messageId(@Nullable String given, byte[] body) {
        return given == null || given.isBlank()
                ? messageId("body", new String(body, StandardCharsets.ISO_8859_1))
                : given;
    }

    /** Derives a message id. Equal parts give equal ids, so that consumers can detect duplicates. */
    public static String messageId(String... parts) {
        return UUID.nameUUIDFromBytes(String.join("\n", parts).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}
