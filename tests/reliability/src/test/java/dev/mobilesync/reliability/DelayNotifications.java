package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** Checks that clients were notified that their state cannot be written at the moment. */
final class DelayNotifications {

    /** A little less than the limit, which counts from a message's receipt. */
    private static final Duration NOT_BEFORE =
            ServiceEnvironment.STATE_CHANGE_NOTIFY_AFTER.multipliedBy(9).dividedBy(10);

    private DelayNotifications() {}

    /** The number of browsers that received a notification. */
    static long notified(FaultScenario scenario) {
        return received(scenario).map(Event.Received::examinee).distinct().count();
    }

    /** Reports the number of recipients and the time from the instant to the first. */
    static void assertNotified(FaultScenario scenario, Instant since) {
        Instant first = received(scenario).map(Event.Received::at).findFirst().orElseThrow();
        assertThat(Duration.between(since, first)).isGreaterThan(NOT_BEFORE);
        scenario.note(
                "%d received `STATE_CHANGE_FAILED`, the first after %.1f s",
                notified(scenario), Duration.between(since, first).toMillis() / 1e3);
    }

    private static Stream<Event.Received> received(FaultScenario scenario) {
        // The message shows no record's state.
        return scenario.history()
                .of(Event.Received.class)
                .filter(message -> message.revision() == null && message.type().equals("mobile_sync_failed"));
    }
}
