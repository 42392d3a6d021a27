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

    private final KeyedLock turns = new KeyedLock();

    @Test
    void oneWaitsForTheOtherOfTheSameName() throws Exception {
        KeyedLock.LockHandle first = turns.take("a", Duration.ZERO);
        CompletableFuture<KeyedLock.LockHandle> second =
                CompletableFuture.supplyAsync(() -> turns.take("a", Duration.ofSeconds(10)));
        turns.take("b", Duration.ZERO).end();

        assertThat(second).isNotDone();
        first.end();
        second.get(10, TimeUnit.SECONDS).end();
        turns.take("a", Duration.ZERO).end();
    }

    @Test
    void whoWaitsTooLongIsToldToComeBack() {
        KeyedLock.LockHandle first = turns.take("a", Duration.ZERO);

        assertThatThrownBy(() -> turns.take("a", Duration.ofMillis(20)))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.code())
                        .isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
        first.end();
        turns.take("a", Duration.ZERO).end();
    }
}
