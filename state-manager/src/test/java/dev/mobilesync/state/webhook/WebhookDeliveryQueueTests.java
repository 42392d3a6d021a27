package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;

class WebhookDeliveryQueueTests {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration DAY = Duration.ofDays(1);

    private final WebhookDeliveryQueue queue = new WebhookDeliveryQueue(FIRST, LONGEST);
    private final List<String> acknowledged = new ArrayList<>();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private long now = 1;

    @Test
    void returnsChangesOfExamineeByRevision() {
        add("E1", 3);
        add("E1", 1);
        add("E1", 2);

        for (long revision = 1; revision <= 3; revision++) {
            ExamineeQueue examineeQueue = due();
            assertThat(examineeQueue.head().event().revision()).isEqualTo(revision);
            assertThat(queue.pollDue(now)).isNull();
            queue.finish(examineeQueue, examineeQueue.head(), now);
        }
        assertThat(queue.pollDue(now)).isNull();
        assertThat(acknowledged).containsExactly("E1-1", "E1-2", "E1-3");
        assertThat(queue.size()).isZero();
        assertThat(queue.delay(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void failureDelaysOnlyItsExaminee() {
        add("E1", 1);
        add("E1", 2);
        add("E2", 1);
        ExamineeQueue failing = due();
        queue.retry(failing, now, Duration.ZERO, DAY);

        ExamineeQueue other = due();
        assertThat(other.head().event().id()).isEqualTo("E2-1");
        queue.finish(other, other.head(), now);
        assertThat(queue.pollDue(now)).isNull();

        now += queue.delay(now);
        assertThat(due().head().event().id()).isEqualTo("E1-1");
    }

    @Test
    void pausesGrowUpToLongestAndStartAgainAfterSuccess() {
        add("E1", 1);
        add("E1", 2);
        long previous = 0;
        for (int i = 0; i < 20; i++) {
            ExamineeQueue examineeQueue = due();
            queue.retry(examineeQueue, now, Duration.ZERO, DAY);
            long pause = queue.delay(now);
            assertThat(pause).isBetween(i < 8 ? previous / 2 : LONGEST.toNanos() / 4, LONGEST.toNanos());
            previous = pause;
            now += pause;
        }
        ExamineeQueue examineeQueue = due();
        queue.finish(examineeQueue, examineeQueue.head(), now);
        queue.retry(due(), now, Duration.ZERO, DAY);
        assertThat(queue.delay(now)).isLessThanOrEqualTo(2 * FIRST.toNanos());
    }

    @Test
    void waitsAsLongAsEndpointAsksButNotBeyondLastAttempt() {
        add("E1", 1);
        queue.retry(due(), now, Duration.ofHours(1), DAY);
        assertThat(queue.delay(now)).isEqualTo(Duration.ofHours(1).toNanos());

        now += queue.delay(now);
        queue.retry(due(), now, Duration.ofHours(1), Duration.ofMinutes(3));
        assertThat(queue.delay(now)).isEqualTo(Duration.ofMinutes(3).toNanos());
    }

    @Test
    void endsPausesWhenEndpointIsAvailableAgain() {
        add("E1", 1);
        add("E2", 1);
        queue.retry(due(), now, Duration.ofHours(1), DAY);
        queue.retry(due(), now, Duration.ofHours(1), DAY);

        queue.retryAll(now);

        assertThat(due()).isNotNull();
        assertThat(due()).isNotNull();
    }

    @Test
    void acknowledgesRepetitionsTogether() {
        add("E1", 1);
        ExamineeQueue examineeQueue = due();
        add("E1", 1);

        queue.finish(examineeQueue, examineeQueue.head(), now);

        assertThat(acknowledged).containsExactly("E1-1", "E1-1");
        assertThat(queue.pollDue(now)).isNull();
    }

    @Test
    void dropsChangesOfClosedChannelAndKeepsPauses() {
        add("E1", 1);
        queue.retry(due(), now, Duration.ofHours(1), DAY);
        open.set(false);
        queue.removeClosed();
        assertThat(queue.size()).isZero();

        open.set(true);
        add("E1", 1);
        assertThat(queue.pollDue(now)).isNull();
        now += queue.delay(now);
        assertThat(due().head().event().id()).isEqualTo("E1-1");
    }

    private ExamineeQueue due() {
        @Nullable ExamineeQueue examineeQueue = queue.pollDue(now);
        assertThat(examineeQueue).isNotNull();
        return examineeQueue;
    }

    private void add(String examinee, long revision) {
        String id = examinee + "-" + revision;
        queue.add(
                new WebhookDelivery(
                        new WebhookEvent(new Message(new byte[0]), id, "P1", "P1:" + examinee, revision, 0, "{}", ""),
                        open::get,
                        () -> acknowledged.add(id)),
                now);
    }
}
