package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Passed deadlines. */
class TimeoutTransitionTests extends StateMachineFixture {

    @ParameterizedTest
    @EnumSource(names = {"WAITING", "PAIRED", "FAILED"})
    void timesOut(Status status) {
        Instant deadline = requireNonNull(recordIn(status).deadline());
        SyncRecord next = assertNew(STATE_MACHINE.timeOut(recordIn(status), deadline));
        assertThat(next.status()).isEqualTo(Status.TIMEOUT);
        assertThat(next.deadline()).isNull();
        assertThat(next.errorCode()).isEqualTo(ErrorCode.SYNC_TIMEOUT);
        assertThat(next.timestamp()).isEqualTo(deadline);
        assertThat(STATE_MACHINE
                        .timeOut(recordIn(status), deadline.minusMillis(1))
                        .label())
                .isEqualTo("STALE");
        assertThat(STATE_MACHINE.timeOut(next, deadline.plusSeconds(30))).isEqualTo(new Outcome.Same(next));
    }

    @Test
    void messageIdIsUniquePerDeadline() {
        SyncRecord waiting = recordIn(Status.WAITING);
        Instant deadline = requireNonNull(waiting.deadline());
        String id = assertNew(STATE_MACHINE.timeOut(waiting, deadline)).messageId();
        assertThat(assertNew(STATE_MACHINE.timeOut(waiting, deadline.plusSeconds(1)))
                        .messageId())
                .isEqualTo(id);
        SyncRecord extended =
                waiting.toBuilder().deadline(deadline.plusSeconds(1)).build();
        assertThat(assertNew(STATE_MACHINE.timeOut(extended, deadline.plusSeconds(1)))
                        .messageId())
                .isNotEqualTo(id);
    }

    @Test
    void isStaleWithoutDeadlineOrIfCompleted() {
        assertThat(STATE_MACHINE
                        .timeOut(recordIn(Status.COMPLETED), NOW.plusSeconds(9_999))
                        .label())
                .isEqualTo("STALE");
        SyncRecord failed = assertNew(Input.FAILED.on(null, T0));
        assertThat(STATE_MACHINE.timeOut(failed, NOW.plusSeconds(9_999)).label())
                .isEqualTo("STALE");
    }
}
