package dev.mobilesync.socket.fanout;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.messages.AmqpNames;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;

/**
 * The two queues of a socket-server instance. The broadcast queue drops broadcasts that are too old or too many. The second queue
 * receives the dropped ones and keeps one of them, which signals the loss. Both are exclusive: the broker deletes them when
 * the connection that declared them ends, and rejects all other connections.
 */
public final class BroadcastQueues {

    private static final Logger log = LoggerFactory.getLogger(BroadcastQueues.class);
    /** How long a broadcast stays in the queue of an instance that consumes too slowly. */
    private static final Duration MESSAGE_TTL = Duration.ofSeconds(60);

    private static final int MAX_QUEUED = 100_000;
    /** AMQP's class id of the queue methods. */
    private static final int QUEUE_CLASS_ID = 50;

    private BroadcastQueues() {}

    /** The names of both queues. */
    public static List<String> names(String socketQueue) {
        return List.of(droppedQueue(socketQueue), socketQueue);
    }

    /** The queue of the broadcasts that {@code socketQueue} drops. */
    static String droppedQueue(String socketQueue) {
        return "missed." + socketQueue;
    }

    /**
     * Declares both queues, and binds {@code socketQueue} to the exchange.
     *
     * @throws IOException also if another connection has declared them: {@link #isInUse}
     */
    static void declare(Channel channel, String socketQueue) throws IOException {
        declare(
                channel,
                QueueBuilder.nonDurable(droppedQueue(socketQueue))
                        .exclusive()
                        .maxLength(1)
                        .overflow(QueueBuilder.Overflow.dropHead)
                        .build());
        declare(
                channel,
                QueueBuilder.nonDurable(socketQueue)
                        .exclusive()
                        .deadLetterExchange("")
                        .deadLetterRoutingKey(droppedQueue(socketQueue))
                        .ttl(Math.toIntExact(MESSAGE_TTL.toMillis()))
                        .maxLength(MAX_QUEUED)
                        .overflow(QueueBuilder.Overflow.dropHead)
                        .build());
        channel.queueBind(socketQueue, AmqpNames.BROADCAST_EXCHANGE, "");
    }

    private static void declare(Channel channel, Queue queue) throws IOException {
        channel.queueDeclare(
                queue.getName(), queue.isDurable(), queue.isExclusive(), queue.isAutoDelete(), queue.getArguments());
    }

    /**
     * Whether the broker rejected a declaration because the queue belongs to another connection or is not exclusive. RabbitMQ
     * closes the channel, Qpid the connection.
     */
    static boolean isInUse(@Nullable Throwable failure) {
        Object reason = shutdownReason(failure);
        return reason instanceof AMQP.Channel.Close channel
                ? channel.getReplyCode() == AMQP.RESOURCE_LOCKED
                : reason instanceof AMQP.Connection.Close connection && connection.getClassId() == QUEUE_CLASS_ID;
    }

    /** Whether the broker rejected a declaration because the user may not access the queue. */
    static boolean isAccessRefused(@Nullable Throwable failure) {
        return shutdownReason(failure) instanceof AMQP.Channel.Close channel
                && channel.getReplyCode() == AMQP.ACCESS_REFUSED;
    }

    private static @Nullable Object shutdownReason(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal) {
                return signal.getReason();
            }
        }
        return null;
    }

    /**
     * Deletes the queues that an earlier version left, which are not exclusive. The broker does not delete queues that are
     * consumed, or that belong to another connection.
     */
    static void deleteNonExclusive(Connection connection, String socketQueue) {
        for (String name : names(socketQueue)) {
            try {
                Channel channel = connection.createChannel();
                if (channel != null) {
                    channel.queueDelete(name, true, false);
                    channel.abort();
                }
            } catch (IOException | RuntimeException e) {
                log.debug("{} was not deleted", name, e);
            }
        }
    }
}
