package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UploadSlotsTests {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final UploadSlots slots = new UploadSlots(2);

    @Test
    void givesFreeSlotsAtOnce() {
        assertThat(slots.acquire(Duration.ZERO)).isCompletedWithValue(true);
        assertThat(slots.acquire(Duration.ZERO)).isCompletedWithValue(true);
        assertThat(slots.acquire(Duration.ZERO).join()).isFalse();
    }

    @Test
    void givesReleasedSlotToLongestWaiter() {
        acquireAll();
        CompletableFuture<Boolean> first = slots.acquire(LONG);
        CompletableFuture<Boolean> second = slots.acquire(LONG);
        assertThat(first).isNotDone();

        slots.release();

        assertThat(first).isCompletedWithValue(true);
        assertThat(second).isNotDone();
    }

    @Test
    void skipsTimedOutWaiter() {
        acquireAll();
        assertThat(slots.acquire(Duration.ofMillis(1)).join()).isFalse();
        CompletableFuture<Boolean> waiting = slots.acquire(LONG);

        slots.release();

        assertThat(waiting).isCompletedWithValue(true);
    }

    @Test
    void keepsReleasedSlotForNextCaller() {
        acquireAll();
        assertThat(slots.acquire(Duration.ofMillis(1)).join()).isFalse();

        slots.release();

        assertThat(slots.acquire(Duration.ZERO)).isCompletedWithValue(true);
        assertThat(slots.acquire(Duration.ZERO).join()).isFalse();
    }

    private void acquireAll() {
        slots.acquire(LONG);
        slots.acquire(LONG);
    }
}
