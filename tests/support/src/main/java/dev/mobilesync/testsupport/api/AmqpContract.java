package dev.mobilesync.testsupport.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares the messages that services publish with {@code asyncapi.yaml}. */
public final class AmqpContract {

    private static final int PERSISTENT = 2;

    private AmqpContract() {}

    /** Checks a message that web-server or socket-server has published to {@code status_queue}. */
    public static void checkEvent(AMQP.BasicProperties properties, byte[] body) {
        check(AmqpNames.STATUS_QUEUE, properties, body);
    }

    /** Checks a message that state-manager or socket-server has published to the exchange {@code broadcast}. */
    public static void checkBroadcast(AMQP.BasicProperties properties, byte[] body) {
        check(AmqpNames.BROADCAST_EXCHANGE, properties, body);
    }

    /**
     * Checks the headers of a message that state-manager or the broker has moved. The rest is the message's own.
     *
     * @param queue the queue of dead letters
     */
    public static void checkDeadLetter(String queue, AMQP.BasicProperties properties) {
        Map<String, Object> headers = Objects.requireNonNullElse(properties.getHeaders(), Map.of());
        List<String> errors = AsyncApiChannels.headerErrors(
                Objects.requireNonNull(AsyncApiChannels.find(queue), queue),
                "deadLetter",
                headers,
                ApiDocuments.tolerant());
        if (!errors.isEmpty()) {
            throw new AssertionError("a dead letter in " + queue + " is not as " + AsyncApiChannels.DOCUMENT
                    + " says:\n  " + String.join("\n  ", errors) + "\n" + properties);
        }
    }

    private static void check(String address, AMQP.BasicProperties properties, byte[] body) {
        String channel = Objects.requireNonNull(AsyncApiChannels.find(address), address);
        Map<String, Object> headers = Objects.requireNonNullElse(properties.getHeaders(), Map.of());
        List<String> errors = new ArrayList<>(AsyncApiChannels.errors(
                channel, String.valueOf(properties.getType()), headers, ApiDocuments.exact(), body));
        if (!"application/json".equals(properties.getContentType())) {
            errors.add("the content type is " + properties.getContentType());
        }
        if (!Integer.valueOf(PERSISTENT).equals(properties.getDeliveryMode())) {
            errors.add("the message is not persistent");
        }
        if (properties.getMessageId() == null || properties.getTimestamp() == null) {
            errors.add("message_id or timestamp is missing");
        }
        if (!errors.isEmpty()) {
            throw new AssertionError("a message over " + address + " is not as " + AsyncApiChannels.DOCUMENT
                    + " says:\n  " + String.join("\n  ", errors) + "\n" + properties + "\n" + new String(body, UTF_8));
        }
    }
}
