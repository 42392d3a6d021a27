package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.common.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TurnsTests {

    private final Turns turns = new Turns();

    @Test
    void oneWaitsForTheOtherOfTheSameName() throws Exception {
        Turns.Turn first = turns.take("a", Duration.ZERO);
        CompletableFuture<Turns.Turn> second =
                CompletableFuture.supplyAsync(() -> turns.take("a", Duration.ofSeconds(10)));
        turns.take("b", Duration.ZERO).end();

        assertThat(second).isNotDone();
        first.end();
        second.get(10, TimeUnit.SECONDS).end();
        turns.take("a", Duration.ZERO).end();
    }

    @Test
    void whoWaitsTooLongIsToldToComeBack() {
        Turns.Turn first = turns.take("a", Duration.ZERO);

        assertThatThrownBy(() -> turns.take("a", Duration.ofMillis(20)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
        first.end();
        turns.take("a", Duration.ZERO).end();
    }
}
