package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.cache.LruCache;
import java.time.Duration;

/**
 * Accepts only broadcasts that are newer than the earlier ones of the same examinee. Keeps the newest revision of the most
 * recently changed examinees. Not thread-safe.
 */
final class RevisionFilter {

    private final long ttlNanos;
    private final LruCache<ExamineeKey, Seen> newest;

    private record Seen(long revision, long acceptedAt) {}

    /**
     * @param ttl time after which a revision expires, so that the filter recovers from a clock of Redis that was set back
     */
    RevisionFilter(int capacity, Duration ttl) {
        this.ttlNanos = ttl.toNanos();
        this.newest = new LruCache<>(capacity);
    }

    /**
     * Accepts the revision if it is newer than all before.
     *
     * @param now {@link System#nanoTime()}
     */
    boolean acceptIfNewer(ExamineeKey examinee, long revision, long now) {
        Seen seen = newest.get(examinee);
        if (seen != null && revision <= seen.revision && now - seen.acceptedAt < ttlNanos) {
            return false;
        }
        newest.put(examinee, new Seen(revision, now));
        return true;
    }
}
