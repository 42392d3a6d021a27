package dev.mobilesync.state.transition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records and events for the tests of the state machine. */
abstract class StateMachineFixture {

    static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    static final Instant T0 = Instant.parse("2026-01-01T09:00:00Z");
    static final Duration TIMEOUT = Duration.ofMinutes(5);
    static final Instant NOW = T0.plusSeconds(60);
    static final SyncStateMachine STATE_MACHINE = new SyncStateMachine(examinee -> TIMEOUT);

    /** The columns of the transition table in the README of state-manager: events, orders and the deadline. */
    enum Input {
        WAIT,
        PAIRED,
        COMPLETED,
        FAILED,
        RETAKE,
        EXTEND,
        ACCEPT,
        RESET,
        DEADLINE;

        Outcome on(@Nullable SyncRecord current, Instant timestamp) {
            if (this == DEADLINE) {
                return current == null ? new Outcome.Stale(null) : STATE_MACHINE.timeOut(current, NOW);
            }
            return STATE_MACHINE.apply(current, event(this, timestamp), id(timestamp), NOW);
        }

        String id(Instant timestamp) {
            return this + "-" + timestamp;
        }
    }

    static SyncRecord assertNew(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.New.class);
        return requireNonNull(outcome.record());
    }

    /** Returns a complete record in the given status since {@code T0}. */
    static SyncRecord recordIn(Status status) {
        SyncRecord.Builder builder = SyncRecord.builder(EXAMINEE)
                .status(status, "old", T0)
                .device("M000")
                .revision(NOW.toEpochMilli());
        switch (status) {
            case WAITING, PAIRED -> builder.deadline(T0.plus(TIMEOUT));
            case FAILED ->
                builder.deadline(T0.plus(TIMEOUT)).error(SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "unavailable"));
            case TIMEOUT -> builder.error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "late"));
            case COMPLETED -> builder.capture(capture(), T0);
        }
        return builder.build();
    }

    static StatusQueueMessage event(Input input, Instant timestamp) {
        return switch (input) {
            case WAIT -> new MobileSyncWait("P001", "E001", timestamp, null);
            case PAIRED -> MobileSyncStatus.paired(EXAMINEE, "M001", timestamp);
            case COMPLETED -> MobileSyncStatus.completed(EXAMINEE, "M001", timestamp, capture());
            case FAILED ->
                MobileSyncStatus.failed(
                        EXAMINEE, "M001", timestamp, SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "unavailable"));
            case RETAKE -> order(Order.RETAKE, timestamp, null);
            case EXTEND -> order(Order.EXTEND, timestamp, NOW.plusSeconds(1_000 + timestamp.getEpochSecond() % 100));
            case ACCEPT -> order(Order.ACCEPT, timestamp, null);
            case RESET -> order(Order.RESET, timestamp, null);
            case DEADLINE -> throw new IllegalArgumentException("not an event");
        };
    }

    static MobileSyncOrder order(Order order, Instant timestamp, @Nullable Instant deadline) {
        return new MobileSyncOrder(
                "P001", "E001", order, "too dark", "proctor-7", timestamp, deadline, MobileSyncOrder.Role.PROCTOR);
    }

    static CaptureInfo capture() {
        return new CaptureInfo("/captures/E001/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), "v1");
    }
}
