package dev.mobilesync.web.jpeg;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** CPU time of the current thread, which the load of the machine does not affect. */
final class CpuTime {

    private CpuTime() {}

    /** In nanoseconds, from an arbitrary origin. */
    static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    static Duration since(long start) {
        return Duration.ofNanos(now() - start);
    }
}
