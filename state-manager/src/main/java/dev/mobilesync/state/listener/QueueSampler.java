package dev.mobilesync.state.listener;

import dev.mobilesync.messages.AmqpNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueInformation;

/**
 * Reads the lengths of {@code status_queue} and of its dead letter queue, and the number of consumers, from the broker. Every
 * instance reports the same numbers; without a reply it reports no number (NaN).
 */
final class QueueSampler {

    private static final Logger log = LoggerFactory.getLogger(QueueSampler.class);

    private final AmqpAdmin admin;
    private volatile @Nullable QueueInformation status;
    private volatile @Nullable QueueInformation deadLetters;

    QueueSampler(AmqpAdmin admin, MeterRegistry meters) {
        this.admin = admin;
        Gauge.builder("mobile.sync.queue.messages", this, sampler -> messages(sampler.status))
                .description("Messages in status_queue that no consumer has received")
                .register(meters);
        Gauge.builder("mobile.sync.queue.consumers", this, sampler -> consumers(sampler.status))
                .description("Consumers of status_queue, of all instances")
                .register(meters);
        Gauge.builder("mobile.sync.dead.letters", this, sampler -> messages(sampler.deadLetters))
                .description("Messages in status_queue.dlq")
                .register(meters);
    }

    /** Does not throw. */
    void sample() {
        status = read(AmqpNames.STATUS_QUEUE);
        deadLetters = read(AmqpNames.DEAD_LETTER_QUEUE);
    }

    private @Nullable QueueInformation read(String queue) {
        try {
            return admin.getQueueInfo(queue);
        } catch (AmqpException e) {
            log.debug("the length of {} is unknown", queue, e);
            return null;
        }
    }

    private static double messages(@Nullable QueueInformation queue) {
        return queue == null ? Double.NaN : queue.getMessageCount();
    }

    private static double consumers(@Nullable QueueInformation queue) {
        return queue == null ? Double.NaN : queue.getConsumerCount();
    }
}
