package dev.mobilesync.state.timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.SingleChanges;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.state.transition.StateService;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

class OverdueDeadlinesIT {

    private static final ExamineeKey WAITING = new ExamineeKey("O1", "E1");
    private static final ExamineeKey UNPUBLISHED = new ExamineeKey("O1", "E2");

    private final StateManagerFixture service = StateManagerFixture.shared();
    private final StringRedisTemplate redis = service.bean(StringRedisTemplate.class);
    private final OverdueDeadlines overdueDeadlines = service.bean(OverdueDeadlines.class);

    @BeforeEach
    void addDeadline() {
        service.stopDeadlineScans();
        SingleChanges.apply(
                service.bean(StateService.class), new MobileSyncWait("O1", "E1", Instant.now(), null), "wait");
    }

    @AfterEach
    void removeDeadline() {
        service.bean(ConfirmedPublisher.class).start();
        redis.opsForZSet().remove(RedisKeys.DEADLINES, WAITING.qualifiedId(), UNPUBLISHED.qualifiedId());
        service.startDeadlineScans();
    }

    @Test
    void countsDeadlinesThatNoInstanceLeases() {
        assertThat(overdue()).isZero();
        passDeadline(WAITING, 1);
        assertThat(overdue()).isZero();
        passDeadline(WAITING, 15);
        assertThat(overdue()).isEqualTo(1);

        service.bean(TimeoutProcessor.class).runOnce();
        assertThat(overdue()).isZero();
    }

    @Test
    void countsPostponedDeadlines() {
        // As left by a dead instance: timed out, but not published.
        SingleChanges.replace(
                service.bean(RecordStore.class),
                null,
                SyncRecord.builder(UNPUBLISHED)
                        .status(Status.TIMEOUT, "timeout", Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .error(SyncError.of(ErrorCode.SYNC_TIMEOUT, "no picture came before the deadline"))
                        .build());
        ConfirmedPublisher publisher = service.bean(ConfirmedPublisher.class);
        publisher.stop();
        passDeadline(UNPUBLISHED, 1);
        service.bean(TimeoutProcessor.class).runOnce();
        assertThat(overdue()).isEqualTo(1);

        publisher.start();
        await().untilAsserted(() -> {
            service.bean(TimeoutProcessor.class).runOnce();
            assertThat(redis.opsForZSet().score(RedisKeys.DEADLINES, UNPUBLISHED.qualifiedId()))
                    .isNull();
        });
        assertThat(overdue()).isZero();
    }

    private void passDeadline(ExamineeKey examinee, int secondsAgo) {
        redis.opsForZSet()
                .add(
                        RedisKeys.DEADLINES,
                        examinee.qualifiedId(),
                        Instant.now().minusSeconds(secondsAgo).toEpochMilli());
    }

    private double overdue() {
        overdueDeadlines.sample();
        return service.gauge("mobile.sync.overdue.deadlines");
    }
}
