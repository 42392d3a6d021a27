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
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Hears what is told to the socket-servers, as one more of them would; also what they drop because it came twice. */
final class Broadcasts implements AutoCloseable {

    /**
     * One message, each time it came.
     *
     * @param revision {@code null} where no record stands behind it
     */
    record Told(
            Instant at,
            String messageId,
            ExamineeKey examinee,
            Status status,
            @Nullable Long revision) {}

    private final Connection connection;
    private final Queue<Told> told = new ConcurrentLinkedQueue<>();

    Broadcasts(Facts facts) throws IOException, TimeoutException {
        connection = facts.connect("broadcasts");
        Channel channel = connection.createChannel();
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, Topology.BROADCAST_EXCHANGE, "");
        channel.basicConsume(queue, true, (tag, delivery) -> told.add(read(delivery)), tag -> {});
    }

    private static Told read(Delivery delivery) {
        JsonNode data = MessageCodec.mapper().readTree(delivery.getBody()).path("data");
        Map<String, Object> headers = delivery.getProperties().getHeaders();
        return new Told(
                Instant.now(),
                delivery.getProperties().getMessageId(),
                new ExamineeKey(
                        data.path("planId").asString(), data.path("examineeId").asString()),
                Status.valueOf(data.path("status").asString()),
                headers == null ? null : (Long) headers.get(Topology.REVISION));
    }

    Stream<Told> of(Status status) {
        return told.stream().filter(message -> message.status() == status);
    }

    boolean knows(ExamineeKey examinee, long revision) {
        return told.stream()
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
    public void close() throws IOException {
        connection.close();
    }
}
