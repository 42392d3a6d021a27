package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** That people were told that their state cannot be written at the moment. */
final class StateChangeFailed {

    /** A little less than the limit, which counts from a message's receipt. */
    private static final Duration NOT_BEFORE = Duration.ofSeconds(9);

    private StateChangeFailed() {}

    /** How many browsers have heard it. */
    static long told(Row row) {
        return heard(row).map(Event.Heard::examinee).distinct().count();
    }

    /** For the report: to how many, and how long after that instant to the first. */
    static void see(Row row, Instant since) {
        Instant first = heard(row).map(Event.Heard::at).findFirst().orElseThrow();
        assertThat(Duration.between(since, first)).isGreaterThan(NOT_BEFORE);
        row.saw(
                "STATE_CHANGE_FAILED told to %d, the first after %.1f s",
                told(row), Duration.between(since, first).toMillis() / 1e3);
    }

    private static Stream<Event.Heard> heard(Row row) {
        // No record stands behind it.
        return row.history()
                .of(Event.Heard.class)
                .filter(message -> message.revision() == null && message.type().equals("mobile_sync_failed"));
    }
}
