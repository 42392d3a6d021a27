package dev.mobilesync.state.deadletter;

import dev.mobilesync.messages.AmqpNames;
import java.util.Map;
import java.util.regex.Pattern;

/** The queues of dead letters. */
public enum DeadLetterSource {
    STATUS("status_queue", AmqpNames.DEAD_LETTER_QUEUE, AmqpNames.STATUS_QUEUE, ""),
    WEBHOOK("webhooks", AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, AmqpNames.WEBHOOK_QUEUE, "(\\.[a-z0-9-]+)?");

    private final String description;
    private final String queue;
    private final String defaultOrigin;
    private final Pattern origins;

    /**
     * @param suffix what the names of further queues append to {@code defaultOrigin}
     */
    DeadLetterSource(String description, String queue, String defaultOrigin, String suffix) {
        this.description = description;
        this.queue = queue;
        this.defaultOrigin = defaultOrigin;
        this.origins = Pattern.compile(Pattern.quote(defaultOrigin) + suffix);
    }

    String description() {
        return description;
    }

    /** The queue's name. */
    public String queue() {
        return queue;
    }

    /**
     * The queue that a dead letter came from, as state-manager or the broker noted. The headers may also be those of an unknown
     * sender: a queue whose dead letters do not come here is ignored.
     */
    String origin(Map<String, Object> headers) {
        Object noted = headers.getOrDefault(AmqpNames.DEAD_LETTER_ORIGIN, headers.get("x-first-death-queue"));
        String origin = String.valueOf(noted);
        return origins.matcher(origin).matches() && !origin.equals(queue) ? origin : defaultOrigin;
    }
}
