package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.socket.SocketServerProperties;
import java.time.Duration;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;

/** The queues of a socket-server. */
public final class BroadcastQueues {

    private static final Duration MESSAGE_TTL = SocketServerProperties.BROADCAST_TTL;
    private static final Duration UNUSED_QUEUE_TTL = Duration.ofMinutes(30);
    private static final int MAX_QUEUED = 100_000;

    private BroadcastQueues() {}

    /**
     * Describes the two queues of an instance. The first queue receives the broadcasts, and drops the oldest ones if there are too
     * many or they are too old. The second queue receives what the first one drops. It keeps one message, which signals the loss.
     *
     * <p>Both queues are transient. While their node is down, the broker creates them again on another node. It would not do so for
     * a durable queue.
     */
    public static Declarables topology(String socketQueue) {
        Queue dropped = QueueBuilder.nonDurable(droppedQueue(socketQueue))
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .maxLength(1)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        Queue queue = QueueBuilder.nonDurable(socketQueue)
                .deadLetterExchange("")
                .deadLetterRoutingKey(dropped.getName())
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .ttl(Math.toIntExact(MESSAGE_TTL.toMillis()))
                .maxLength(MAX_QUEUED)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        Binding binding = BindingBuilder.bind(queue).to(new FanoutExchange(AmqpNames.BROADCAST_EXCHANGE));
        return new Declarables(dropped, queue, binding);
    }

    /** The queue of the broadcasts that {@code socketQueue} drops. */
    static String droppedQueue(String socketQueue) {
        return "missed." + socketQueue;
    }
}
