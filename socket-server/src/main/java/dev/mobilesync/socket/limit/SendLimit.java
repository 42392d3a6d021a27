package dev.mobilesync.socket.limit;

import java.time.Duration;

/** How many SEND frames a connection may send in a while. Used by one thread at a time. */
public final class SendLimit {

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private final int perWindow;
    private long windowStart = System.nanoTime();
    private int used;

    /**
     * @param perWindow how many in ten seconds
     */
    public SendLimit(int perWindow) {
        this.perWindow = perWindow;
    }

    public boolean tryUse() {
        long now = System.nanoTime();
        if (now - windowStart > WINDOW_NANOS) {
            windowStart = now;
            used = 0;
        }
        return ++used <= perWindow;
    }
}
