package dev.mobilesync.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How busy this machine is, with whatever. */
final class CpuPressure {

    private static final Path LOAD = Path.of("/proc/loadavg");

    private CpuPressure() {}

    /** Threads that run or want to, at this moment; 0 where the operating system does not say. */
    static double runnablePerProcessor() {
        try {
            String runnable = Files.readString(LOAD).split(" ")[3].split("/")[0];
            return Double.parseDouble(runnable) / Runtime.getRuntime().availableProcessors();
        } catch (IOException e) {
            return 0;
        }
    }
}
