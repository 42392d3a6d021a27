package dev.mobilesync.reliability;

import java.time.LocalTime;
import java.time.temporal.ChronoUnit;

/** The suite's progress output. */
final class ProgressOutput {

    private ProgressOutput() {}

    static void print(String format, Object... arguments) {
        System.out.println(LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + "  " + String.format(format, arguments));
    }
}
