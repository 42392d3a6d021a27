package dev.mobilesync.state;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.messages.AmqpNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/** A message that is in hand: the broker gives it to somebody else if its channel closes before {@link #ack()}. */
record Delivery(Message message, Channel channel) {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final DefaultMessagePropertiesConverter PROPERTIES = new DefaultMessagePropertiesConverter();

    byte[] body() {
        return message.getBody();
    }

    /** The sender's id for it, or one made from its body where the sender gave none. */
    String messageId() {
        String id = message.getMessageProperties().getMessageId();
        return id == null || id.isBlank()
                ? AmqpNames.messageId("body", new String(body(), StandardCharsets.ISO_8859_1))
                : id;
    }

    AMQP.BasicProperties properties() {
        return PROPERTIES.fromMessageProperties(message.getMessageProperties(), StandardCharsets.UTF_8.name());
    }

    /** Whether the broker still regards it as ours. */
    boolean inHand() {
        return channel.isOpen();
    }

    /** Where its channel has closed meanwhile this does nothing: the message comes again, and changes nothing. */
    void ack() {
        try {
            channel.basicAck(message.getMessageProperties().getDeliveryTag(), false);
        } catch (IOException | AmqpException | ShutdownSignalException e) {
            log.debug("message {} could not be acknowledged and will come again", messageId(), e);
        }
    }
}
