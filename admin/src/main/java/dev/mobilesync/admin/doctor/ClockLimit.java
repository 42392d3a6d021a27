package dev.mobilesync.admin.doctor;

import java.time.Duration;
import java.util.Locale;

/** Compares the clock of a server with that of this machine. */
final class ClockLimit {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private ClockLimit() {}

    /**
     * @param difference positive if the server's clock is ahead
     * @param uncertainty the greatest error of the difference, which counts in favour of the server
     */
    static Finding check(String server, Duration difference, Duration uncertainty) {
        String subject = "clock of " + server;
        Duration certain = difference.abs().minus(uncertainty);
        String text = seconds(difference.abs()) + (difference.isNegative() ? " behind" : " ahead of")
                + " this machine's, ±" + seconds(uncertainty);
        return certain.compareTo(LIMIT) > 0
                ? Finding.problem(subject, text, "Synchronise the clocks of all machines (NTP)")
                : Finding.ok(subject, text);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.toMillis() / 1e3);
    }
}
