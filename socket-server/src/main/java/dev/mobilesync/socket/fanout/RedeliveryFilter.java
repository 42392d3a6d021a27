package dev.mobilesync.socket.fanout;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Detects broadcasts that are redelivered because the connection was lost before their acknowledgement. Keeps the ids of the
 * last broadcasts; more than can be unacknowledged. Not thread-safe.
 */
final class RedeliveryFilter {

    private final Map<String, Boolean> recent;

    RedeliveryFilter(int capacity) {
        this.recent = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * Records the message.
     *
     * @return whether it was received before
     */
    boolean isDuplicate(String messageId, boolean redelivered) {
        return recent.put(messageId, true) != null && redelivered;
    }
}
