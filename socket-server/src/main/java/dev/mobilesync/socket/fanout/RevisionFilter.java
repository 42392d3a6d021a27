package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.ExamineeKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Accepts only broadcasts that are newer than the earlier ones of the same examinee. Keeps the newest revision of the most
 * recently changed examinees. Not thread-safe.
 */
final class RevisionFilter {

    private static final float LOAD_FACTOR = 0.75f;

    private final int capacity;
    private final long ttlNanos;
    private final LinkedHashMap<ExamineeKey, Seen> newest;

    private record Seen(long revision, long acceptedAt) {}

    /**
     * @param ttl time after which a revision expires, so that the filter recovers from a clock of Redis that was set back
     */
    RevisionFilter(int capacity, Duration ttl) {
        this.capacity = capacity;
        this.ttlNanos = ttl.toNanos();
        this.newest = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ExamineeKey, Seen> eldest) {
                return size() > RevisionFilter.this.capacity;
            }
        };
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
