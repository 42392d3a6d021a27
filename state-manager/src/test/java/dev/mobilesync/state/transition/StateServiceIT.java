package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.testsupport.ServerContract;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.OptimisticLockingFailureException;

/** Changes of several examinees that are saved at once. */
@ServerContract
class StateServiceIT {

    private static final ExamineeKey CONTENDED = new ExamineeKey("P-batch", "contended");
    private static final ExamineeKey OTHER = new ExamineeKey("P-batch", "other");

    private static StateService stateService;
    private static RecordStore recordStore;

    private final AtomicInteger attempts = new AtomicInteger();

    @BeforeAll
    static void start() {
        StateManagerFixture service = StateManagerFixture.shared();
        stateService = service.bean(StateService.class);
        recordStore = service.bean(RecordStore.class);
    }

    @Test
    void retriesConflictOnly() {
        AtomicInteger attemptsOfOther = new AtomicInteger();
        StateChange contended = new StateChange(CONTENDED, current -> {
            if (attempts.incrementAndGet() == 1) {
                // Another instance changes the record between the read and the write of this one.
                SingleChanges.replace(recordStore, current, record(CONTENDED, Status.PAIRED, "concurrent"));
            } else {
                assertThat(requireNonNull(current).messageId()).isEqualTo("concurrent");
            }
            return new Outcome.New(record(CONTENDED, Status.COMPLETED, "contended"));
        });
        StateChange other = new StateChange(OTHER, current -> {
            attemptsOfOther.incrementAndGet();
            return new Outcome.New(record(OTHER, Status.COMPLETED, "other"));
        });

        stateService.applyAll(List.of(contended, other));

        assertThat(messageId(contended)).isEqualTo("contended");
        assertThat(messageId(other)).isEqualTo("other");
        assertThat(attempts).hasValue(2);
        assertThat(attemptsOfOther).hasValue(1);
    }

    @Test
    void endlessConflictFailsAlone() {
        StateChange contended = new StateChange(CONTENDED, current -> {
            SingleChanges.replace(
                    recordStore, current, record(CONTENDED, Status.PAIRED, "concurrent-" + attempts.incrementAndGet()));
            return new Outcome.New(record(CONTENDED, Status.COMPLETED, "never"));
        });
        StateChange defective = new StateChange(new ExamineeKey("P-batch", "defective"), current -> {
            throw new IllegalStateException("a defect");
        });
        StateChange other =
                new StateChange(OTHER, current -> new Outcome.New(record(OTHER, Status.COMPLETED, "another")));

        stateService.applyAll(List.of(contended, defective, other));

        assertThatThrownBy(contended.outcome()::join).hasCauseInstanceOf(OptimisticLockingFailureException.class);
        assertThatThrownBy(defective.outcome()::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(messageId(other)).isEqualTo("another");
    }

    private static @Nullable String messageId(StateChange change) {
        SyncRecord record = change.outcome().join().record();
        return record == null ? null : record.messageId();
    }

    private static SyncRecord record(ExamineeKey examinee, Status status, String messageId) {
        Instant now = Instant.parse("2026-01-01T09:00:00Z");
        return SyncRecord.builder(examinee)
                .status(status, messageId, now)
                .device("M001")
                .deadline(status == Status.PAIRED ? now.plusSeconds(1_000_000_000) : null)
                .build();
    }
}
