package dev.mobilesync.state.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.MobileSyncWaiting;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fields that each event sets, keeps or clears. */
class StateFieldsTests extends StateMachineFixture {

    @Nested
    class Picture {

        @Test
        void clearsDeadlineErrorAndReason() {
            SyncRecord current = recordIn(Status.FAILED).toBuilder()
                    .retake("too dark", T0.minusSeconds(5))
                    .build();
            SyncRecord next = assertNew(Input.COMPLETED.on(current, T0.plusSeconds(1)));
            assertThat(next.deadline()).isNull();
            assertThat(next.errorCode()).isNull();
            assertThat(next.errorMessage()).isNull();
            assertThat(next.retakeReason()).isNull();
            assertThat(next.retakeAt()).isEqualTo(T0.minusSeconds(5));
            assertThat(next.imageUrl()).isEqualTo("/captures/E001/sync_cap.jpg");
        }

        @Test
        void keepsOlderTimestamp() {
            assertThat(assertNew(Input.COMPLETED.on(recordIn(Status.TIMEOUT), T0.minusSeconds(3)))
                            .timestamp())
                    .isEqualTo(T0.minusSeconds(3));
        }

        @Test
        void isStaleIfOlderThanRetake() {
            SyncRecord waiting = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(10)));
            assertThat(Input.COMPLETED.on(waiting, T0.plusSeconds(9)).label()).isEqualTo("STALE");
            assertThat(Input.COMPLETED.on(waiting, T0.plusSeconds(10)).label()).isEqualTo("STALE");
            assertThat(assertNew(Input.COMPLETED.on(waiting, T0.plusSeconds(11)))
                            .status())
                    .isEqualTo(Status.COMPLETED);
        }

        @Test
        void isAddedOnceToAcceptedRecord() {
            SyncRecord accepted = assertNew(Input.ACCEPT.on(null, T0.plusSeconds(10)));
            SyncRecord next = assertNew(Input.COMPLETED.on(accepted, T0));
            assertThat(next.imageUrl()).isNotNull();
            assertThat(next.deviceId()).isEqualTo("M001");
            assertThat(next.acceptedBy()).isEqualTo("proctor-7");
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(10));
            assertThat(Input.COMPLETED.on(next, T0.minusSeconds(1)).label()).isEqualTo("STALE");
        }

        @Test
        void replacesOlderPictureOfAcceptedRecord() {
            SyncRecord retaken = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(1)));
            SyncRecord accepted = assertNew(Input.ACCEPT.on(retaken, T0.plusSeconds(10)));
            SyncRecord next = assertNew(Input.COMPLETED.on(accepted, T0.plusSeconds(2)));
            assertThat(next.imageTimestamp()).isEqualTo(T0.plusSeconds(2));
            assertThat(next.acceptedBy()).isEqualTo("proctor-7");
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(10));
        }

        @Test
        void isStaleAtEqualTimestamp() {
            assertThat(Input.COMPLETED.on(recordIn(Status.COMPLETED), T0).label())
                    .isEqualTo("STALE");
        }
    }

    @Nested
    class Wait {

        @Test
        void keepsDeadlineDeviceImageAndRetake() {
            SyncRecord current = recordIn(Status.PAIRED).toBuilder()
                    .capture(capture(), T0)
                    .retake("too dark", T0.minusSeconds(5))
                    .build();
            SyncRecord next = assertNew(Input.WAIT.on(current, T0.plusSeconds(1)));
            assertThat(next.deadline()).isEqualTo(current.deadline());
            assertThat(next.deviceId()).isEqualTo("M000");
            assertThat(next.imageUrl()).isEqualTo(current.imageUrl());
            assertThat(next.retakeReason()).isEqualTo("too dark");
            assertThat(next.retakeAt()).isEqualTo(current.retakeAt());
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(1));
        }

        @Test
        void setsNewDeadlineAfterTimeout() {
            SyncRecord next = assertNew(Input.WAIT.on(recordIn(Status.TIMEOUT), T0.plusSeconds(1)));
            assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT));
            assertThat(next.errorCode()).isNull();
        }

        @Test
        void addsDeadlineToNewerFailure() {
            SyncRecord failed = assertNew(Input.FAILED.on(null, T0));
            SyncRecord next = assertNew(Input.WAIT.on(failed, T0.minusSeconds(1)));
            assertThat(next.status()).isEqualTo(Status.FAILED);
            assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT));
            assertThat(next.timestamp()).isEqualTo(T0);
        }
    }

    @Nested
    class Pairing {

        @Test
        void addsDeviceToNewerWait() {
            SyncRecord waiting = assertNew(Input.WAIT.on(null, T0));
            SyncRecord next = assertNew(Input.PAIRED.on(waiting, T0.minusSeconds(1)));
            assertThat(next.status()).isEqualTo(Status.PAIRED);
            assertThat(next.deviceId()).isEqualTo("M001");
            assertThat(next.deadline()).isEqualTo(waiting.deadline());
            assertThat(next.timestamp()).isEqualTo(T0);
        }

        @ParameterizedTest
        @EnumSource(names = {"FAILED", "TIMEOUT"})
        void addsDeviceAndKeepsNewerStatus(Status status) {
            SyncRecord current = recordIn(status).toBuilder().device(null).build();
            SyncRecord next = assertNew(Input.PAIRED.on(current, T0.minusSeconds(1)));
            assertThat(next.status()).isEqualTo(status);
            assertThat(next.deviceId()).isEqualTo("M001");
        }
    }

    @Nested
    class Failure {

        @Test
        void keepsDeadlinePictureAndDevice() {
            SyncRecord current =
                    recordIn(Status.PAIRED).toBuilder().capture(capture(), T0).build();
            MobileSyncStatus nameless = MobileSyncStatus.failed(
                    EXAMINEE, null, T0.plusSeconds(1), SyncError.of(ErrorCode.CAPTURE_TOO_LARGE, "too large"));
            SyncRecord next = assertNew(STATE_MACHINE.apply(current, nameless, "new", NOW));
            assertThat(next.deadline()).isEqualTo(current.deadline());
            assertThat(next.deviceId()).isEqualTo("M000");
            assertThat(next.imageUrl()).isEqualTo(current.imageUrl());
            assertThat(next.errorCode()).isEqualTo(ErrorCode.CAPTURE_TOO_LARGE);
        }
    }

    @Test
    void keepsNameOfToken() {
        SyncRecord entered =
                assertNew(STATE_MACHINE.apply(null, new MobileSyncWait("P001", "E001", T0, "Kim Jiwoo"), "wait", NOW));
        assertThat(((MobileSyncWaiting) entered.broadcast()).name()).isEqualTo("Kim Jiwoo");
        SyncRecord again = assertNew(Input.WAIT.on(entered, T0.plusSeconds(1)));
        SyncRecord completed = assertNew(Input.COMPLETED.on(again, T0.plusSeconds(2)));
        SyncRecord reset = assertNew(Input.RESET.on(completed, T0.plusSeconds(3)));
        assertThat(reset.name()).isEqualTo("Kim Jiwoo");
    }
}
