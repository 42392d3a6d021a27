package dev.mobilesync.reliability;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.api.AmqpContract;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Records every broadcast like a further socket-server, including duplicates. */
final class BroadcastRecorder implements AutoCloseable {

    private final Connection connection;
    private final History history;

    /** Starts immediately and reconnects after broker failures. */
    BroadcastRecorder(SystemProbe probe, History history) throws IOException, TimeoutException {
        this.history = history;
        connection = probe.connect("broadcasts");
        Channel channel = connection.createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, AmqpNames.BROADCAST_EXCHANGE, "");
        channel.basicConsume(
                queue,
                true,
                (tag, delivery) -> {
                    history.addIfUndocumented(
                            () -> AmqpContract.checkBroadcast(delivery.getProperties(), delivery.getBody()));
                    history.add(read(delivery));
                },
                tag -> {});
    }

    private static Event.Published read(Delivery delivery) {
        JsonNode data = MessageCodec.mapper().readTree(delivery.getBody()).path("data");
        Map<String, Object> headers = delivery.getProperties().getHeaders();
        return new Event.Published(
                Instant.now(),
                delivery.getProperties().getMessageId(),
                new ExamineeKey(
                        data.path("planId").asString(), data.path("examineeId").asString()),
                Status.valueOf(data.path("status").asString()),
                headers == null ? null : (Long) headers.get(AmqpNames.REVISION));
    }

    Stream<Event.Published> of(Status status) {
        return history.of(Event.Published.class).filter(message -> message.status() == status);
    }

    boolean contains(ExamineeKey examinee, long revision) {
        return history.of(Event.Published.class)
                .anyMatch(message -> message.examinee().equals(examinee)
                        && message.revision() != null
                        && message.revision() == revision);
    }

    /** The given examinees whose status was broadcast since the instant. */
    Set<ExamineeKey> since(Instant then, Status status, Collection<ExamineeKey> examinees) {
        Set<ExamineeKey> found = new HashSet<>();
        of(status)
                .filter(message -> message.at().isAfter(then) && examinees.contains(message.examinee()))
                .forEach(message -> found.add(message.examinee()));
        return found;
    }

    @Override
    public void close() {
        connection.abort();
    }
}
