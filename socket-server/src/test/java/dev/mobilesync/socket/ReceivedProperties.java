package dev.mobilesync.socket;

import com.rabbitmq.client.AMQP;
import java.nio.charset.StandardCharsets;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/** The AMQP properties of a message that Spring has received. */
final class ReceivedProperties {

    private static final DefaultMessagePropertiesConverter CONVERTER = new DefaultMessagePropertiesConverter();

    private ReceivedProperties() {}

    static AMQP.BasicProperties of(Message message) {
        MessageProperties properties = message.getMessageProperties();
        // The converter is meant for messages to send.
        properties.setDeliveryMode(properties.getReceivedDeliveryMode());
        return CONVERTER.fromMessageProperties(properties, StandardCharsets.UTF_8.name());
    }
}
