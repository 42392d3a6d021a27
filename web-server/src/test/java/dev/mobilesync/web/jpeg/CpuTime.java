package dev.mobilesync.web.jpeg;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** The CPU time of this thread: what else runs on the machine does not count. */
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
