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
     * Describes the two queues of an instance. The broadcast queue drops broadcasts that are too old or too many. The second
     * queue receives the dropped ones and keeps one of them, which signals the loss. Both are transient: they are created on
     * another node while their node is down, which a durable queue is not.
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
