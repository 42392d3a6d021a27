package dev.mobilesync.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU load of the whole machine. */
final class CpuLoad {

    private static final Path LOAD_AVERAGE = Path.of("/proc/loadavg");

    private CpuLoad() {}

    /** The number of runnable threads per CPU; 0 if the operating system does not report it. */
    static double runnablePerProcessor() {
        try {
            String runnable = Files.readString(LOAD_AVERAGE).split(" ")[3].split("/")[0];
            return Double.parseDouble(runnable) / Runtime.getRuntime().availableProcessors();
        } catch (IOException e) {
            return 0;
        }
    }
}
