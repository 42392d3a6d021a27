package dev.mobilesync.state.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.LastOrder;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Orders of proctors and of the platform. */
class OrderTests extends StateMachineFixture {

    @Nested
    class Retake {

        @Test
        void keepsPictureAndRevokesAcceptance() {
            SyncRecord accepted = assertNew(Input.ACCEPT.on(recordIn(Status.COMPLETED), T0.plusSeconds(1)));
            SyncRecord next = assertNew(Input.RETAKE.on(accepted, T0.plusSeconds(2)));
            assertThat(next.retakeReason()).isEqualTo("too dark");
            assertThat(next.retakeAt()).isEqualTo(T0.plusSeconds(2));
            assertThat(next.imageUrl()).isNotNull();
            assertThat(next.deadline()).isEqualTo(NOW.plus(TIMEOUT));
            assertThat(next.acceptedBy()).isNull();
            assertThat(next.acceptedReason()).isNull();
            assertThat(next.lastOrder())
                    .isEqualTo(new LastOrder(
                            Order.RETAKE, "proctor-7", "too dark", T0.plusSeconds(2), MobileSyncOrder.Role.PROCTOR));
        }

        @Test
        void supersededRetakeStillRejectsOlderPictures() {
            SyncRecord waiting = assertNew(Input.WAIT.on(null, T0.plusSeconds(8)));
            SyncRecord next = assertNew(Input.RETAKE.on(waiting, T0.plusSeconds(6)));
            assertThat(next.timestamp()).isEqualTo(T0.plusSeconds(8));
            assertThat(Input.COMPLETED.on(next, T0.plusSeconds(5)).label()).isEqualTo("STALE");
        }

        @Test
        void rejectsFailureSupersededByOlderPicture() {
            SyncRecord failed = assertNew(Input.FAILED.on(null, T0.plusSeconds(10)));
            SyncRecord completed = assertNew(Input.COMPLETED.on(failed, T0.plusSeconds(5)));
            assertThat(completed.timestamp()).isEqualTo(T0.plusSeconds(5));
            SyncRecord waiting = assertNew(Input.RETAKE.on(completed, T0.plusSeconds(8)));
            assertThat(Input.FAILED.on(waiting, T0.plusSeconds(10)).label()).isEqualTo("STALE");
            assertThat(assertNew(Input.FAILED.on(waiting, T0.plusSeconds(11))).status())
                    .isEqualTo(Status.FAILED);
        }

        @Test
        void isStaleIfRepeatedLater() {
            SyncRecord retaken = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(1)));
            SyncRecord waiting =
                    assertNew(STATE_MACHINE.apply(retaken, event(Input.WAIT, T0.plusSeconds(2)), "other", NOW));
            assertThat(Input.RETAKE.on(waiting, T0.plusSeconds(1)).label()).isEqualTo("STALE");
        }
    }

    @Nested
    class Extension {

        @Test
        void acceptsDeadlineWithinOneDay() {
            SyncRecord waiting = recordIn(Status.WAITING);
            assertThat(extend(waiting, NOW).label()).isEqualTo("STALE");
            assertThat(extend(waiting, NOW.plus(Duration.ofHours(24)).plusMillis(1))
                            .label())
                    .isEqualTo("STALE");
            SyncRecord extended = assertNew(extend(waiting, NOW.plus(Duration.ofHours(24))));
            assertThat(extended.deadline()).isEqualTo(NOW.plus(Duration.ofHours(24)));
            assertThat(extended.lastOrder())
                    .isEqualTo(new LastOrder(
                            Order.EXTEND, "proctor-7", "slow", T0.plusSeconds(9), MobileSyncOrder.Role.PROCTOR));
        }

        @Test
        void isSameForUnchangedDeadline() {
            SyncRecord extended = assertNew(extend(recordIn(Status.WAITING), NOW.plusSeconds(900)));
            assertThat(extend(extended, NOW.plusSeconds(900)).label()).isEqualTo("SAME");
        }

        @Test
        void shortensOnlyIfNewer() {
            SyncRecord extended = assertNew(extend(recordIn(Status.WAITING), NOW.plusSeconds(900)));
            assertThat(assertNew(extend(extended, NOW.plusSeconds(30))).deadline())
                    .isEqualTo(NOW.plusSeconds(30));
            SyncRecord waiting = assertNew(Input.WAIT.on(extended, T0.plusSeconds(50)));
            assertThat(extend(waiting, NOW.plusSeconds(30)).label()).isEqualTo("STALE");
        }

        @Test
        void isStaleIfRepeatedAfterNewerOrder() {
            SyncRecord extended = assertNew(extend(recordIn(Status.WAITING), NOW.plusSeconds(900)));
            SyncRecord shortened = assertNew(extend(extended, NOW.plusSeconds(30), T0.plusSeconds(10)));
            assertThat(extend(shortened, NOW.plusSeconds(900)).label()).isEqualTo("STALE");
            SyncRecord retaken = assertNew(Input.RETAKE.on(extended, T0.plusSeconds(11)));
            assertThat(extend(retaken, NOW.plusSeconds(900)).label()).isEqualTo("STALE");
        }

        private Outcome extend(SyncRecord current, Instant deadline) {
            return extend(current, deadline, T0.plusSeconds(9));
        }

        private Outcome extend(SyncRecord current, Instant deadline, Instant timestamp) {
            MobileSyncOrder order = new MobileSyncOrder(
                    "P001",
                    "E001",
                    Order.EXTEND,
                    "slow",
                    "proctor-7",
                    timestamp,
                    deadline,
                    MobileSyncOrder.Role.PROCTOR);
            return STATE_MACHINE.apply(current, order, "extend-" + deadline, NOW);
        }
    }

    @Nested
    class Acceptance {

        @Test
        void recordsProctorAndIsSameIfRepeated() {
            SyncRecord accepted = assertNew(Input.ACCEPT.on(recordIn(Status.TIMEOUT), T0.plusSeconds(1)));
            assertThat(accepted.acceptedBy()).isEqualTo("proctor-7");
            assertThat(accepted.acceptedReason()).isEqualTo("too dark");
            SyncRecord newer =
                    assertNew(STATE_MACHINE.apply(accepted, event(Input.COMPLETED, T0.plusSeconds(2)), "picture", NOW));
            assertThat(newer.acceptedBy()).isEqualTo("proctor-7");
            assertThat(newer.lastOrder())
                    .isEqualTo(new LastOrder(
                            Order.ACCEPT, "proctor-7", "too dark", T0.plusSeconds(1), MobileSyncOrder.Role.PROCTOR));
            assertThat(Input.ACCEPT.on(newer, T0.plusSeconds(1)).label()).isEqualTo("SAME");
        }

        @Test
        void isStaleIfRepeatedAfterNewerAcceptance() {
            SyncRecord accepted = assertNew(accept(recordIn(Status.TIMEOUT), "proctor-7", 1));
            SyncRecord other = assertNew(accept(accepted, "proctor-8", 2));
            assertThat(accept(other, "proctor-7", 1).label()).isEqualTo("STALE");
        }

        private Outcome accept(SyncRecord current, String by, int second) {
            MobileSyncOrder order = new MobileSyncOrder(
                    "P001",
                    "E001",
                    Order.ACCEPT,
                    "seen",
                    by,
                    T0.plusSeconds(second),
                    null,
                    MobileSyncOrder.Role.PROCTOR);
            return STATE_MACHINE.apply(current, order, "accept-" + by, NOW);
        }

        @Test
        void isStaleIfOlderThanRetake() {
            SyncRecord waiting = assertNew(Input.RETAKE.on(recordIn(Status.COMPLETED), T0.plusSeconds(5)));
            assertThat(Input.ACCEPT.on(waiting, T0.plusSeconds(4)).label()).isEqualTo("STALE");
        }
    }
}
