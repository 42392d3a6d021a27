package dev.mobilesync.state.deadletter;

import dev.mobilesync.messages.AmqpNames;
import java.util.Map;

/** The queues of dead letters. */
public enum DeadLetterSource {
    STATUS("status_queue", AmqpNames.DEAD_LETTER_QUEUE, AmqpNames.STATUS_QUEUE),
    WEBHOOK("webhooks", AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, AmqpNames.WEBHOOK_QUEUE);

    private final String description;
    private final String queue;
    private final String defaultOrigin;

    DeadLetterSource(String description, String queue, String defaultOrigin) {
        this.description = description;
        this.queue = queue;
        this.defaultOrigin = defaultOrigin;
    }

    String description() {
        return description;
    }

    /** The queue's name. */
    public String queue() {
        return queue;
    }

    /** The queue that a dead letter came from, as state-manager or the broker noted. */
    String origin(Map<String, Object> headers) {
        Object origin = headers.getOrDefault(AmqpNames.DEAD_LETTER_ORIGIN, headers.get("x-first-death-queue"));
        return origin == null ? defaultOrigin : origin.toString();
    }
}
