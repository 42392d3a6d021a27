package dev.mobilesync.state.transition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.LastOrder;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.MobileSyncTimeout;
import dev.mobilesync.messages.MobileSyncWaiting;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The order {@code RESET}. It is given at {@code ORDERED} and takes effect at {@code NOW}. */
class ResetTests extends StateMachineFixture {

    private static final Instant ORDERED = NOW.minusSeconds(10);

    @ParameterizedTest
    @EnumSource(Status.class)
    void keepsNothingOfRecord(Status status) {
        SyncRecord before = recordIn(status).toBuilder()
                .capture(capture(), T0)
                .accepted("proctor-7", "seen")
                .retake("too dark", T0)
                .build();
        SyncRecord next = assertNew(Input.RESET.on(before, ORDERED));
        assertThat(next.toHash())
                .isEqualTo(Map.of(
                        "status", "WAITING",
                        "timestamp", NOW.toString(),
                        "deadline", NOW.plus(TIMEOUT).toString(),
                        "messageId", Input.RESET.id(ORDERED),
                        "retakeAt", ORDERED.toString(),
                        "resetAt", NOW.toString(),
                        "notEntered", "true",
                        "lastOrder", next.toHash().get("lastOrder"),
                        "revision", "0"));
        assertThat(next.lastOrder())
                .isEqualTo(new LastOrder(Order.RESET, "proctor-7", "too dark", ORDERED, MobileSyncOrder.Role.PROCTOR));
    }

    @ParameterizedTest
    @EnumSource(
            value = Input.class,
            names = {"PAIRED", "COMPLETED", "FAILED"})
    void ignoresEventsUntilItTakesEffect(Input input) {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.COMPLETED), ORDERED));
        for (Instant timestamp : new Instant[] {T0, ORDERED, ORDERED.plusSeconds(1), NOW}) {
            assertThat(input.on(reset, timestamp)).isEqualTo(new Outcome.Stale(reset));
        }
        assertThat(assertNew(input.on(reset, NOW.plusMillis(1))).resetAt()).isEqualTo(NOW);
    }

    /** The clock of the wait may be behind that of the reset. */
    @Test
    void waitAfterOrderEntersStep() {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.COMPLETED), ORDERED));
        for (Instant timestamp : new Instant[] {T0, ORDERED}) {
            assertThat(Input.WAIT.on(reset, timestamp)).isEqualTo(new Outcome.Stale(reset));
        }
        SyncRecord entered = assertNew(Input.WAIT.on(reset, ORDERED.plusMillis(1)));
        assertThat(entered.notEntered()).isNull();
        assertThat(entered.timestamp()).isEqualTo(NOW);
        assertThat(Input.WAIT.on(entered, ORDERED.plusMillis(2)).label()).isEqualTo("STALE");
    }

    @Test
    void ignoresEarlierEventsAfterLaterOnes() {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.PAIRED), ORDERED));
        SyncRecord entered = assertNew(Input.WAIT.on(reset, NOW.plusSeconds(1)));
        SyncRecord failed = assertNew(Input.FAILED.on(entered, NOW.plusSeconds(2)));
        for (SyncRecord current : new SyncRecord[] {entered, failed}) {
            for (Input input : new Input[] {Input.PAIRED, Input.COMPLETED, Input.FAILED}) {
                assertThat(input.on(current, NOW)).isEqualTo(new Outcome.Stale(current));
            }
        }
        SyncRecord completed = assertNew(Input.COMPLETED.on(failed, NOW.plusSeconds(3)));
        assertThat(Input.COMPLETED.on(completed, NOW).label()).isEqualTo("STALE");
    }

    @Test
    void ordersGivenBeforeItTookEffectCount() {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.PAIRED), ORDERED));
        Instant between = ORDERED.plusSeconds(1);
        assertThat(assertNew(Input.ACCEPT.on(reset, between)).status()).isEqualTo(Status.COMPLETED);
        assertThat(assertNew(Input.RETAKE.on(reset, between)).retakeReason()).isEqualTo("too dark");
        assertThat(assertNew(Input.EXTEND.on(reset, between)).status()).isEqualTo(Status.WAITING);
        SyncRecord again = assertNew(Input.RESET.on(reset, between));
        assertThat(again.lastOrder()).extracting(LastOrder::timestamp).isEqualTo(between);
    }

    @ParameterizedTest
    @EnumSource(
            value = Input.class,
            names = {"RETAKE", "EXTEND", "ACCEPT", "RESET"})
    void ignoresEarlierOrders(Input input) {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.PAIRED), ORDERED));
        assertThat(input.on(reset, ORDERED.minusSeconds(1))).isEqualTo(new Outcome.Stale(reset));
    }

    @Test
    void isStaleIfRepeatedLater() {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.COMPLETED), ORDERED));
        SyncRecord completed = assertNew(Input.COMPLETED.on(reset, NOW.plusSeconds(1)));
        assertThat(Input.RESET.on(completed, ORDERED).label()).isEqualTo("STALE");
        SyncRecord failed = assertNew(Input.FAILED.on(reset, NOW.plusSeconds(1)));
        assertThat(Input.RESET.on(failed, ORDERED).label()).isEqualTo("STALE");
    }

    @Test
    void pairingIsKnownIfEntryArrivesFirst() {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.COMPLETED), ORDERED));
        SyncRecord entered = assertNew(Input.WAIT.on(reset, NOW.plusSeconds(2)));
        assertThat(assertNew(Input.PAIRED.on(entered, NOW.plusSeconds(1))).deviceId())
                .isEqualTo("M001");
    }

    @Test
    void examineeHasToEnterAgain() {
        SyncRecord reset = assertNew(Input.RESET.on(recordIn(Status.COMPLETED), ORDERED));
        assertThat(((MobileSyncWaiting) reset.broadcast()).notEntered()).isTrue();
        SyncRecord extended = assertNew(Input.EXTEND.on(reset, NOW));
        assertThat(extended.notEntered()).isTrue();
        SyncRecord timedOut = assertNew(STATE_MACHINE.timeOut(reset, NOW.plus(TIMEOUT)));
        assertThat(((MobileSyncTimeout) timedOut.broadcast()).notEntered()).isTrue();
        for (Input input : new Input[] {Input.WAIT, Input.PAIRED, Input.COMPLETED, Input.FAILED, Input.ACCEPT}) {
            assertThat(assertNew(input.on(timedOut, NOW.plus(TIMEOUT).plusSeconds(1)))
                            .notEntered())
                    .as("%s", input)
                    .isNull();
        }
    }

    /** An event may have its time from a server whose clock is ahead. */
    @Test
    void takesEffectAfterNewestEvent() {
        SyncRecord paired = assertNew(Input.PAIRED.on(null, NOW.plusSeconds(5)));
        SyncRecord reset = assertNew(Input.RESET.on(paired, ORDERED));
        assertThat(reset.resetAt()).isEqualTo(NOW.plusSeconds(5));
        assertThat(Input.PAIRED.on(reset, NOW.plusSeconds(5)).label()).isEqualTo("STALE");
    }
}
