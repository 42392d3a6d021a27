package dev.mobilesync.web;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import java.nio.charset.StandardCharsets;

/** A message that the service has published to {@code status_queue}. */
public record PublishedMessage(AMQP.BasicProperties properties, byte[] body) {

    public MobileSyncStatus statusMessage() {
        try {
            return MessageCodec.decode(body, MobileSyncStatus.class);
        } catch (InvalidMessageException e) {
            throw new AssertionError(e);
        }
    }

    public String json() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
