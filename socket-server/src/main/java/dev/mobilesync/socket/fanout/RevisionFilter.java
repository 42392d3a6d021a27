package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.ExamineeKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The newest revision that was fanned out per examinee, for as many as changed last and for a while. Used by one thread.
 */
final class RevisionFilter {

    private static final float LOAD_FACTOR = 0.75f;

    private final int capacity;
    private final long keepNanos;
    private final LinkedHashMap<ExamineeKey, Seen> newest;

    private record Seen(long revision, long at) {}

    /**
     * @param keep after which time a revision is forgotten, so that even a Redis whose clock was set back is believed again
     */
    RevisionFilter(int capacity, Duration keep) {
        this.capacity = capacity;
        this.keepNanos = keep.toNanos();
        this.newest = new LinkedHashMap<>(16, LOAD_FACTOR, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ExamineeKey, Seen> eldest) {
                return size() > RevisionFilter.this.capacity;
            }
        };
    }

    /**
     * Whether this revision is newer than all that were seen; it then is the newest.
     *
     * @param now {@link System#nanoTime()}
     */
    boolean advance(ExamineeKey examinee, long revision, long now) {
        Seen seen = newest.get(examinee);
        if (seen != null && revision <= seen.revision && now - seen.at < keepNanos) {
            return false;
        }
        newest.put(examinee, new Seen(revision, now));
        return true;
    }
}
