package dev.mobilesync.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU load of the whole machine. */
final class CpuPressure {

    private static final Path LOAD = Path.of("/proc/loadavg");

    private CpuPressure() {}

    /** The number of runnable threads; 0 if the operating system does not report it. */
    static double runnablePerProcessor() {
        try {
            String runnable = Files.readString(LOAD).split(" ")[3].split("/")[0];
            return Double.parseDouble(runnable) / Runtime.getRuntime().availableProcessors();
        } catch (IOException e) {
            return 0;
        }
    }
}
