package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

class PendingChangesTests {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofDays(1);

    private final PendingChanges pendingChanges = new PendingChanges(FIRST, LONGEST);
    private final List<String> acknowledged = new ArrayList<>();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private long now = 1;

    @Test
    void returnsChangesOfExamineeByRevision() {
        add("E1", 3);
        add("E1", 1);
        add("E1", 2);

        for (long revision = 1; revision <= 3; revision++) {
            ExamineePendingChanges examineeChanges = due();
            assertThat(examineeChanges.head().event().revision()).isEqualTo(revision);
            assertThat(pendingChanges.pollDue(now)).isNull();
            pendingChanges.finish(examineeChanges, examineeChanges.head(), now);
        }
        assertThat(pendingChanges.pollDue(now)).isNull();
        assertThat(acknowledged).containsExactly("E1-1", "E1-2", "E1-3");
        assertThat(pendingChanges.size()).isZero();
        assertThat(pendingChanges.delay(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void failureDelaysOnlyItsExaminee() {
        add("E1", 1);
        add("E1", 2);
        add("E2", 1);
        ExamineePendingChanges failing = due();
        pendingChanges.retry(failing, now, Duration.ZERO, DAY);

        ExamineePendingChanges other = due();
        assertThat(other.head().event().id()).isEqualTo("E2-1");
        pendingChanges.finish(other, other.head(), now);
        assertThat(pendingChanges.pollDue(now)).isNull();

        now += pendingChanges.delay(now);
        assertThat(due().head().event().id()).isEqualTo("E1-1");
    }

    @Test
    void pausesGrowUpToLongestAndStartAgainAfterSuccess() {
        add("E1", 1);
        add("E1", 2);
        long previous = 0;
        for (int i = 0; i < 20; i++) {
            ExamineePendingChanges examineeChanges = due();
            pendingChanges.retry(examineeChanges, now, Duration.ZERO, DAY);
            long pause = pendingChanges.delay(now);
            assertThat(pause).isBetween(i < 8 ? previous / 2 : LONGEST.toNanos() / 4, LONGEST.toNanos());
            previous = pause;
            now += pause;
        }
        ExamineePendingChanges examineeChanges = due();
        pendingChanges.finish(examineeChanges, examineeChanges.head(), now);
        pendingChanges.retry(due(), now, Duration.ZERO, DAY);
        assertThat(pendingChanges.delay(now)).isLessThanOrEqualTo(2 * FIRST.toNanos());
    }

    @Test
    void waitsAsLongAsEndpointAsksButNotBeyondLastAttempt() {
        add("E1", 1);
        pendingChanges.retry(due(), now, Duration.ofHours(1), DAY);
        assertThat(pendingChanges.delay(now)).isEqualTo(Duration.ofHours(1).toNanos());

        now += pendingChanges.delay(now);
        pendingChanges.retry(due(), now, Duration.ofHours(1), Duration.ofMinutes(3));
        assertThat(pendingChanges.delay(now)).isEqualTo(Duration.ofMinutes(3).toNanos());
    }

    @Test
    void endsPausesWhenEndpointIsAvailableAgain() {
        add("E1", 1);
        add("E2", 1);
        pendingChanges.retry(due(), now, Duration.ofHours(1), DAY);
        pendingChanges.retry(due(), now, Duration.ofHours(1), DAY);

        pendingChanges.retryAll(now);

        assertThat(due()).isNotNull();
        assertThat(due()).isNotNull();
    }

    @Test
    void acknowledgesRepetitionsTogether() {
        add("E1", 1);
        ExamineePendingChanges examineeChanges = due();
        add("E1", 1);

        pendingChanges.finish(examineeChanges, examineeChanges.head(), now);

        assertThat(acknowledged).containsExactly("E1-1", "E1-1");
        assertThat(pendingChanges.pollDue(now)).isNull();
    }

    @Test
    void dropsChangesOfClosedChannelAndKeepsPauses() {
        add("E1", 1);
        pendingChanges.retry(due(), now, Duration.ofHours(1), DAY);
        open.set(false);
        pendingChanges.removeClosed();
        assertThat(pendingChanges.size()).isZero();

        open.set(true);
        add("E1", 1);
        assertThat(pendingChanges.pollDue(now)).isNull();
        now += pendingChanges.delay(now);
        assertThat(due().head().event().id()).isEqualTo("E1-1");
    }

    private ExamineePendingChanges due() {
        @Nullable ExamineePendingChanges examineeChanges = pendingChanges.pollDue(now);
        assertThat(examineeChanges).isNotNull();
        return examineeChanges;
    }

    private void add(String examinee, long revision) {
        String id = examinee + "-" + revision;
        pendingChanges.add(
                new WebhookDelivery(
                        new WebhookEvent(new Message(new byte[0]), id, "P1", "P1:" + examinee, revision, 0, "{}", ""),
                        open::get,
                        () -> acknowledged.add(id)),
                now);
    }
}
