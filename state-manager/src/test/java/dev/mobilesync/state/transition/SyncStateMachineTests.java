package dev.mobilesync.state.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of transitions. */
class SyncStateMachineTests extends StateMachineFixture {

    /** Every cell of the table, for an event newer than the record and a deadline that has not passed. */
    @ParameterizedTest(name = "{0}: {1} → {2}")
    @CsvSource({
        "NONE, WAIT, WAITING",
        "NONE, PAIRED, PAIRED",
        "NONE, COMPLETED, COMPLETED",
        "NONE, FAILED, FAILED",
        "NONE, RETAKE, WAITING",
        "NONE, EXTEND, STALE",
        "NONE, ACCEPT, COMPLETED",
        "NONE, RESET, WAITING",
        "NONE, DEADLINE, STALE",
        "WAITING, WAIT, WAITING",
        "WAITING, PAIRED, PAIRED",
        "WAITING, COMPLETED, COMPLETED",
        "WAITING, FAILED, FAILED",
        "WAITING, RETAKE, WAITING",
        "WAITING, EXTEND, WAITING",
        "WAITING, ACCEPT, COMPLETED",
        "WAITING, RESET, WAITING",
        "WAITING, DEADLINE, STALE",
        "PAIRED, WAIT, WAITING",
        "PAIRED, PAIRED, PAIRED",
        "PAIRED, COMPLETED, COMPLETED",
        "PAIRED, FAILED, FAILED",
        "PAIRED, RETAKE, WAITING",
        "PAIRED, EXTEND, PAIRED",
        "PAIRED, ACCEPT, COMPLETED",
        "PAIRED, RESET, WAITING",
        "PAIRED, DEADLINE, STALE",
        "FAILED, WAIT, WAITING",
        "FAILED, PAIRED, PAIRED",
        "FAILED, COMPLETED, COMPLETED",
        "FAILED, FAILED, FAILED",
        "FAILED, RETAKE, WAITING",
        "FAILED, EXTEND, WAITING",
        "FAILED, ACCEPT, COMPLETED",
        "FAILED, RESET, WAITING",
        "FAILED, DEADLINE, STALE",
        "TIMEOUT, WAIT, WAITING",
        "TIMEOUT, PAIRED, PAIRED",
        "TIMEOUT, COMPLETED, COMPLETED",
        "TIMEOUT, FAILED, FAILED",
        "TIMEOUT, RETAKE, WAITING",
        "TIMEOUT, EXTEND, WAITING",
        "TIMEOUT, ACCEPT, COMPLETED",
        "TIMEOUT, RESET, WAITING",
        "TIMEOUT, DEADLINE, SAME",
        "COMPLETED, WAIT, SAME",
        "COMPLETED, PAIRED, STALE",
        "COMPLETED, COMPLETED, COMPLETED",
        "COMPLETED, FAILED, STALE",
        "COMPLETED, RETAKE, WAITING",
        "COMPLETED, EXTEND, STALE",
        "COMPLETED, ACCEPT, COMPLETED",
        "COMPLETED, RESET, WAITING",
        "COMPLETED, DEADLINE, STALE",
    })
    void appliesNewerEvent(String from, Input input, String to) {
        assertTransition(from, input, T0.plusSeconds(10), to);
    }

    /** Every cell for an event older than the record. A picture, a pairing or an order may still change the status. */
    @ParameterizedTest(name = "{0}: older {1} → {2}")
    @CsvSource({
        "WAITING, WAIT, STALE",
        "WAITING, PAIRED, STALE",
        "WAITING, COMPLETED, COMPLETED",
        "WAITING, FAILED, STALE",
        "WAITING, RETAKE, WAITING",
        "WAITING, EXTEND, WAITING",
        "WAITING, ACCEPT, COMPLETED",
        "WAITING, RESET, WAITING",
        "PAIRED, WAIT, STALE",
        "PAIRED, PAIRED, STALE",
        "PAIRED, COMPLETED, COMPLETED",
        "PAIRED, FAILED, STALE",
        "PAIRED, RETAKE, PAIRED",
        "PAIRED, EXTEND, PAIRED",
        "PAIRED, ACCEPT, COMPLETED",
        "PAIRED, RESET, WAITING",
        "FAILED, WAIT, STALE",
        "FAILED, PAIRED, STALE",
        "FAILED, COMPLETED, COMPLETED",
        "FAILED, FAILED, STALE",
        "FAILED, RETAKE, FAILED",
        "FAILED, EXTEND, FAILED",
        "FAILED, ACCEPT, COMPLETED",
        "FAILED, RESET, WAITING",
        "TIMEOUT, WAIT, STALE",
        "TIMEOUT, PAIRED, STALE",
        "TIMEOUT, COMPLETED, COMPLETED",
        "TIMEOUT, FAILED, STALE",
        "TIMEOUT, RETAKE, TIMEOUT",
        "TIMEOUT, EXTEND, WAITING",
        "TIMEOUT, ACCEPT, COMPLETED",
        "TIMEOUT, RESET, WAITING",
        "COMPLETED, WAIT, SAME",
        "COMPLETED, PAIRED, STALE",
        "COMPLETED, COMPLETED, STALE",
        "COMPLETED, FAILED, STALE",
        "COMPLETED, RETAKE, STALE",
        "COMPLETED, EXTEND, STALE",
        "COMPLETED, ACCEPT, COMPLETED",
        "COMPLETED, RESET, STALE",
    })
    void appliesOlderEvent(String from, Input input, String to) {
        assertTransition(from, input, T0.minusSeconds(10), to);
    }

    private static void assertTransition(String from, Input input, Instant timestamp, String to) {
        SyncRecord current = from.equals("NONE") ? null : recordIn(Status.valueOf(from));
        Outcome outcome = input.on(current, timestamp);
        if (to.equals("STALE") || to.equals("SAME")) {
            assertThat(outcome.label()).isEqualTo(to);
            assertThat(outcome.record()).isEqualTo(current);
            return;
        }
        SyncRecord next = assertNew(outcome);
        assertThat(next.status()).isEqualTo(Status.valueOf(to));
        assertThat(next.messageId()).isEqualTo(input.id(timestamp));
        // Throws if the record lacks a field that the broadcast requires.
        assertThat(next.broadcast().timestamp()).isEqualTo(next.timestamp());
        boolean waits = next.status() == Status.WAITING || next.status() == Status.PAIRED;
        assertThat(next.deadline() != null)
                .isEqualTo(waits || next.status() == Status.FAILED && current != null && current.deadline() != null);
        assertThat(next.errorCode() != null)
                .isEqualTo(next.status() == Status.FAILED || next.status() == Status.TIMEOUT);
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void repeatedMessageIsSame(Status status) {
        SyncRecord current = recordIn(status);
        for (Input input : EnumSet.complementOf(EnumSet.of(Input.DEADLINE))) {
            Outcome outcome = STATE_MACHINE.apply(current, event(input, T0.plusSeconds(99)), current.messageId(), NOW);
            assertThat(outcome).isEqualTo(new Outcome.Same(current));
        }
    }
}
