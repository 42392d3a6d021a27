package dev.mobilesync.state.deadletter;

import dev.mobilesync.messages.AmqpNames;
import java.util.Map;
import java.util.regex.Pattern;

/** The queues that hold dead letters. The queue that one came from is its origin. */
public enum DeadLetterQueue {
    STATUS("status_queue", AmqpNames.DEAD_LETTER_QUEUE, AmqpNames.STATUS_QUEUE, ""),
    WEBHOOK("webhooks", AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, AmqpNames.WEBHOOK_QUEUE, "(\\.[a-z0-9-]+)?");

    private final String description;
    private final String queueName;
    private final String defaultOrigin;
    private final Pattern origins;

    /**
     * @param suffix what the names of further queues append to {@code defaultOrigin}
     */
    DeadLetterQueue(String description, String queueName, String defaultOrigin, String suffix) {
        this.description = description;
        this.queueName = queueName;
        this.defaultOrigin = defaultOrigin;
        this.origins = Pattern.compile(Pattern.quote(defaultOrigin) + suffix);
    }

    String description() {
        return description;
    }

    /** The queue's name. */
    public String queueName() {
        return queueName;
    }

    /**
     * The queue that a dead letter came from, as state-manager or the broker noted. The headers may also be those of an unknown
     * sender: a queue whose dead letters do not come here is ignored.
     */
    String origin(Map<String, Object> headers) {
        Object noted = headers.getOrDefault(AmqpNames.DEAD_LETTER_ORIGIN, headers.get("x-first-death-queue"));
        String origin = String.valueOf(noted);
        return origins.matcher(origin).matches() && !origin.equals(queueName) ? origin : defaultOrigin;
    }
}
