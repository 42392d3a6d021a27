package dev.mobilesync.reliability;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.Topology;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Hears what is told to the socket-servers, as one more of them would; also what they drop because it came twice. */
final class Broadcasts implements AutoCloseable {

    private final Connection connection;
    private final History history;

    /** It writes them down; where the broker goes, it listens again when that is back. */
    Broadcasts(Facts facts, History history) throws IOException, TimeoutException {
        this.history = history;
        connection = facts.connect("broadcasts");
        Channel channel = connection.createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, Topology.BROADCAST_EXCHANGE, "");
        channel.basicConsume(queue, true, (tag, delivery) -> history.add(read(delivery)), tag -> {});
    }

    private static Event.Told read(Delivery delivery) {
        JsonNode data = MessageCodec.mapper().readTree(delivery.getBody()).path("data");
        Map<String, Object> headers = delivery.getProperties().getHeaders();
        return new Event.Told(
                Instant.now(),
                delivery.getProperties().getMessageId(),
                new ExamineeKey(
                        data.path("planId").asString(), data.path("examineeId").asString()),
                Status.valueOf(data.path("status").asString()),
                headers == null ? null : (Long) headers.get(Topology.REVISION));
    }

    Stream<Event.Told> of(Status status) {
        return history.of(Event.Told.class).filter(message -> message.status() == status);
    }

    boolean knows(ExamineeKey examinee, long revision) {
        return history.of(Event.Told.class)
                .anyMatch(message -> message.examinee().equals(examinee)
                        && message.revision() != null
                        && message.revision() == revision);
    }

    /** Who of them was told since then to be in that status. */
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
