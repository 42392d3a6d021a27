package dev.mobilesync.state.webhook;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.state.WebhookProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;

/** The queues of webhooks. */
public final class WebhookQueues {

    private static final int MAX_QUEUED_MESSAGES = 1_000_000;
    private static final int MAX_QUEUED_BYTES = 1 << 30;
    private static final int DELIVERY_LIMIT = 1_000_000;
    private static final Duration UNUSED_QUEUE_TTL = Duration.ofDays(14);
    private static final Duration CONSUMER_TIMEOUT = Duration.ofDays(8);

    private WebhookQueues() {}

    /**
     * Describes a queue per endpoint, and one of dead letters; none if no endpoint is configured. A full queue drops its
     * oldest message into the dead letters instead of rejecting new ones, because a rejected broadcast would delay the change of the state.
     */
    public static Declarables topology(WebhookProperties properties) {
        List<Declarable> declarables = new ArrayList<>();
        FanoutExchange broadcasts = new FanoutExchange(AmqpNames.BROADCAST_EXCHANGE);
        for (WebhookEndpoint endpoint : WebhookEndpoint.all(properties)) {
            Queue queue = queue(endpoint.queue());
            declarables.add(queue);
            declarables.add(BindingBuilder.bind(queue).to(broadcasts));
        }
        if (!declarables.isEmpty()) {
            declarables.add(QueueBuilder.durable(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE)
                    .quorum()
                    .deliveryLimit(DELIVERY_LIMIT)
                    .maxLength(MAX_QUEUED_MESSAGES)
                    .maxLengthBytes(MAX_QUEUED_BYTES)
                    .overflow(QueueBuilder.Overflow.rejectPublish)
                    .build());
        }
        return new Declarables(declarables);
    }

    private static Queue queue(String name) {
        return QueueBuilder.durable(name)
                .quorum()
                .singleActiveConsumer()
                // A change that is retried stays unacknowledged. RabbitMQ 3.12 and later then keep the channel open;
                // earlier
                // ones close it after 30 minutes, and the changes are redelivered.
                .withArgument("x-consumer-timeout", CONSUMER_TIMEOUT.toMillis())
                .deliveryLimit(DELIVERY_LIMIT)
                .deadLetterExchange("")
                .deadLetterRoutingKey(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE)
                .maxLength(MAX_QUEUED_MESSAGES)
                .maxLengthBytes(MAX_QUEUED_BYTES)
                .overflow(QueueBuilder.Overflow.dropHead)
                // That of an endpoint which was removed from the settings.
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .build();
    }
}
