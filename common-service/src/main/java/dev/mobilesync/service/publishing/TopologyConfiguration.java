package dev.mobilesync.service.publishing;

import dev.mobilesync.messages.AmqpNames;
import java.time.Duration;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Declares the queues and the exchange that all services use, on each new connection to RabbitMQ. */
@Configuration(proxyBeanMethods = false)
public class TopologyConfiguration {

    private static final int MAX_QUEUED_MESSAGES = 1_000_000;
    private static final int MAX_DEAD_LETTERS = 100_000;
    private static final int MAX_QUEUED_BYTES = 1 << 30;
    private static final int DELIVERY_LIMIT = 1_000;
    private static final int DLQ_DELIVERY_LIMIT = 1_000_000;
    private static final Duration TOPOLOGY_CHECK_INTERVAL = Duration.ofSeconds(5);

    /**
     * Describes the queues and the exchange that every service declares. state-manager dead-letters messages itself; the
     * delivery limit is a second safeguard. A full queue rejects new messages, so that their publishers fail.
     */
    public static Declarables topology() {
        Queue statusQueue = QueueBuilder.durable(AmqpNames.STATUS_QUEUE)
                .quorum()
                .deadLetterExchange("")
                .deadLetterRoutingKey(AmqpNames.DEAD_LETTER_QUEUE)
                .withArgument("x-dead-letter-strategy", "at-least-once")
                .deliveryLimit(DELIVERY_LIMIT)
                .maxLength(MAX_QUEUED_MESSAGES)
                .maxLengthBytes(MAX_QUEUED_BYTES)
                .overflow(QueueBuilder.Overflow.rejectPublish)
                .build();
        // RabbitMQ 4 has a default limit of 20 and would drop a dead letter that was listed 20 times.
        Queue deadLetters = QueueBuilder.durable(AmqpNames.DEAD_LETTER_QUEUE)
                .quorum()
                .deliveryLimit(DLQ_DELIVERY_LIMIT)
                .maxLength(MAX_DEAD_LETTERS)
                .maxLengthBytes(MAX_QUEUED_BYTES)
                .overflow(QueueBuilder.Overflow.rejectPublish)
                .build();
        return new Declarables(statusQueue, deadLetters, new FanoutExchange(AmqpNames.BROADCAST_EXCHANGE));
    }

    @Bean
    Declarables mobileSyncTopology() {
        return topology();
    }

    /** Continues after a failed declaration; {@link TopologyHealthIndicator} reports it. */
    @Bean
    RabbitAdmin amqpAdmin(ConnectionFactory connectionFactory) {
        RabbitAdmin admin = new RabbitAdmin(connectionFactory);
        admin.setIgnoreDeclarationExceptions(true);
        return admin;
    }

    @Bean
    TopologyHealthIndicator topologyHealthIndicator(AmqpAdmin admin) {
        return new TopologyHealthIndicator(admin, TOPOLOGY_CHECK_INTERVAL);
    }
}
