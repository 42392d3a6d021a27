package dev.mobilesync.state.listener;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.messages.AmqpNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/**
 * An unacknowledged message. The broker redelivers it if the channel closes before {@link #ack()}.
 *
 * @param receivedAt by {@link System#nanoTime()}
 */
record Delivery(Message message, Channel channel, long receivedAt) {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final DefaultMessagePropertiesConverter PROPERTIES = new DefaultMessagePropertiesConverter();

    Delivery(Message message, Channel channel) {
        this(message, channel, System.nanoTime());
    }

    byte[] body() {
        return message.getBody();
    }

    /** Returns the sender's message id, or one derived from the body if the sender set none. */
    String messageId() {
        String id = message.getMessageProperties().getMessageId();
        return id == null || id.isBlank()
                ? AmqpNames.messageId("body", new String(body(), StandardCharsets.ISO_8859_1))
                : id;
    }

    AMQP.BasicProperties properties() {
        return PROPERTIES.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name());
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - receivedAt);
    }

    /** Whether the message can still be acknowledged. If not, the broker redelivers it. */
    boolean isChannelOpen() {
        return channel.isOpen();
    }

    /** Acknowledges the message. Does nothing if the channel is closed: the redelivery changes nothing. */
    void ack() {
        try {
            channel.basicAck(message.getMessageProperties().getDeliveryTag(), false);
        } catch (IOException | AmqpException | ShutdownSignalException e) {
            log.debug("message {} was not acknowledged and will be redelivered", messageId(), e);
        }
    }
}
