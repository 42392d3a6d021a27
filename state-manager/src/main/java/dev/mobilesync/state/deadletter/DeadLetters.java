package dev.mobilesync.state.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import java.io.IOException;
import java.util.function.Function;
import org.springframework.amqp.rabbit.connection.Connection;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.support.RabbitExceptionTranslator;

/** Lists the dead letters of a queue, moves them back to the queues that they came from, or drops them. */
public record DeadLetters(DeadLetterQueue queue, ConnectionFactory connectionFactory, ConfirmedPublisher publisher) {

    /** What becomes of a dead letter. */
    public enum Decision {
        /** It stays where it is. */
        KEEP,
        REPLAY,
        /** It is lost. */
        DROP
    }

    /**
     * Decides on each dead letter, the oldest first. Handles as many messages as the queue held at the start, so a message that
     * is dead-lettered again is not replayed twice.
     *
     * @return the number of messages decided on
     * @throws org.springframework.amqp.AmqpException if the broker fails
     * @throws dev.mobilesync.service.publishing.PublishFailedException if a message cannot be moved; it and the ones
     *     after it remain dead letters
     */
    public int forEach(Function<DeadLetter, Decision> decide) {
        try {
            return decideOnEach(decide);
        } catch (IOException | ShutdownSignalException e) {
            throw RabbitExceptionTranslator.convertRabbitAccessException(e);
        }
    }

    private int decideOnEach(Function<DeadLetter, Decision> decide) throws IOException {
        Connection connection = connectionFactory.createConnection();
        // Closing this channel returns the messages that were kept.
        Channel channel = connection.getDelegate().createChannel();
        if (channel == null) {
            throw new IOException("no channel left on the connection");
        }
        try {
            int count = count(channel);
            int handled = 0;
            while (handled < count) {
                GetResponse message = channel.basicGet(queue.queueName(), false);
                if (message == null) {
                    break;
                }
                handled++;
                DeadLetter deadLetter = DeadLetter.of(queue, message);
                Decision decision = decide.apply(deadLetter);
                if (decision == Decision.REPLAY) {
                    publisher.publish(deadLetter.toReplay());
                }
                if (decision != Decision.KEEP) {
                    channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
                }
            }
            return handled;
        } finally {
            channel.abort();
        }
    }

    /** Returns the number of messages. The queue of webhooks exists only if there is a webhook. */
    private int count(Channel channel) throws IOException {
        try {
            return channel.queueDeclarePassive(queue.queueName()).getMessageCount();
        } catch (IOException e) {
            if (e.getCause() instanceof ShutdownSignalException closed
                    && closed.getReason() instanceof AMQP.Channel.Close close
                    && close.getReplyCode() == AMQP.NOT_FOUND) {
                return 0;
            }
            throw e;
        }
    }
}
