package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.http.ApiException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeyedLockTests {

    private final KeyedLock lock = new KeyedLock();

    @Test
    void waitsForSameKeyOnly() throws Exception {
        KeyedLock.CountedLock first = lock.acquire("a", Duration.ZERO);
        CompletableFuture<KeyedLock.CountedLock> second =
                CompletableFuture.supplyAsync(() -> lock.acquire("a", Duration.ofSeconds(10)));
        lock.acquire("b", Duration.ZERO).release();

        assertThat(second).isNotDone();
        first.release();
        second.get(10, TimeUnit.SECONDS).release();
        lock.acquire("a", Duration.ZERO).release();
    }

    @Test
    void rejectsAfterTimeout() {
        KeyedLock.CountedLock first = lock.acquire("a", Duration.ZERO);

        assertThatThrownBy(() -> lock.acquire("a", Duration.ofMillis(20)))
                .isInstanceOfSatisfying(ApiException.class, exception -> assertThat(exception.code())
                        .isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
        first.release();
        lock.acquire("a", Duration.ZERO).release();
    }
}
