package dev.mobilesync.socket.fanout;

import dev.mobilesync.service.cache.LruCache;

/**
 * Detects broadcasts that are redelivered because the connection was lost before their acknowledgement. Keeps the ids of the
 * last broadcasts; more than can be unacknowledged. Not thread-safe.
 */
final class RedeliveryFilter {

    private final LruCache<String, Boolean> recent;

    RedeliveryFilter(int capacity) {
        this.recent = new LruCache<>(capacity);
    }

    /**
     * Records the message.
     *
     * @return whether it is a redelivery of a message that was received before
     */
    boolean isDuplicate(String messageId, boolean redelivered) {
        return recent.put(messageId, true) != null && redelivered;
    }
}
