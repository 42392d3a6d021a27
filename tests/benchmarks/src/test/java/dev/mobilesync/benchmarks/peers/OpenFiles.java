package dev.mobilesync.benchmarks.peers;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The limit of open files of a process, which bounds its connections. */
final class OpenFiles {

    private OpenFiles() {}

    /**
     * The beginning of a command that may open so many files: empty if this JVM may. Otherwise {@code prlimit} raises the limit,
     * which needs {@code CAP_SYS_RESOURCE}; without it the command fails.
     */
    static List<String> atLeast(int files) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        && system.getMaxFileDescriptorCount() >= files
                ? List.of()
                : List.of("prlimit", "--nofile=" + files + ":" + files);
    }
}
