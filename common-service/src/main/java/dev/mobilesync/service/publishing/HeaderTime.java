package dev.mobilesync.service.publishing;

import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads the headers with times, such as {@code AmqpNames.SENT_AT}. The clocks of sender and receiver may differ. */
public final class HeaderTime {

    /** A message without the header, for example of another program. */
    public static final long NONE = -1;

    private HeaderTime() {}

    /** Returns the time in milliseconds since the epoch, or {@link #NONE}. */
    public static long millis(Map<String, ?> headers, String name) {
        return headers.get(name) instanceof Number number ? number.longValue() : NONE;
    }

    /** Returns the nanoseconds since a time: 0 if it is in the future, {@link #NONE} if it is none. */
    public static long nanosSince(long millis) {
        return millis == NONE ? NONE : TimeUnit.MILLISECONDS.toNanos(Math.max(0, System.currentTimeMillis() - millis));
    }

    /** Records a result of {@link #nanosSince}, unless it is {@link #NONE}. */
    public static void record(Timer timer, long nanos) {
        if (nanos != NONE) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
