package dev.mobilesync.socket.limit;

import dev.mobilesync.socket.SocketLimits;
import java.util.concurrent.TimeUnit;

/** How many frames one connection may send: a bucket that each frame fills and time empties. Used by one thread at a time. */
public final class FrameLimit {

    private final int perSecond;
    private final int burst;
    private double filled;
    private long lastUse;

    /**
     * @param now in {@link System#nanoTime()}'s terms
     */
    public FrameLimit(SocketLimits limits, long now) {
        this.perSecond = limits.framesPerSecond();
        this.burst = limits.frameBurst();
        this.lastUse = now;
    }

    /**
     * @param frames how many have come
     * @param share how many times the limit this connection may have
     * @return whether they are within it
     */
    public boolean tryUse(int frames, int share, long now) {
        if (perSecond == 0 || burst == 0) {
            return true;
        }
        double emptied = (double) (now - lastUse) * perSecond * share / TimeUnit.SECONDS.toNanos(1);
        lastUse = now;
        filled = Math.max(0, filled - emptied) + frames;
        return filled <= (double) burst * share;
    }
}
