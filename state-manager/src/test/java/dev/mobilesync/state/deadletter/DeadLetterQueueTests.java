package dev.mobilesync.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterQueueTests {

    @ParameterizedTest
    @CsvSource({
        "STATUS, status_queue, status_queue",
        "STATUS, webhook_queue, status_queue",
        "STATUS, status_queue.dlq, status_queue",
        "STATUS, queue-of-another-application, status_queue",
        "WEBHOOK, webhook_queue, webhook_queue",
        "WEBHOOK, webhook_queue.plan-a, webhook_queue.plan-a",
        "WEBHOOK, webhook_queue.dlq, webhook_queue",
        "WEBHOOK, webhook_queue.plan-a.more, webhook_queue",
        "WEBHOOK, status_queue, webhook_queue",
        "WEBHOOK, webhook_queue_of_another, webhook_queue",
        "WEBHOOK, '', webhook_queue"
    })
    void replaysToOwnQueuesOnly(DeadLetterQueue queue, String noted, String origin) {
        assertThat(queue.origin(Map.of(AmqpNames.DEAD_LETTER_ORIGIN, noted))).isEqualTo(origin);
        assertThat(queue.origin(Map.of("x-first-death-queue", noted))).isEqualTo(origin);
        assertThat(queue.origin(Map.of()))
                .isEqualTo(queue == DeadLetterQueue.STATUS ? "status_queue" : "webhook_queue");
    }
}
