package dev.mobilesync.admin.doctor;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.admin.doctor.BrokerCheck.ChannelAction;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.socket.fanout.BroadcastQueues;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.Queue;

/**
 * Checks whether the user may declare, publish and consume. RabbitMQ checks the permission before the rest of a request, so each
 * probe is a request that it rejects afterwards, or a message that no queue receives: nothing is created, delivered or consumed.
 *
 * @param required the queues and exchanges that services declare at their start
 * @param socketQueue the queue of one socket-server instance
 */
record PermissionCheck(Connection connection, List<Declarable> required, String socketQueue) implements Check {

    static final String FIX = "Grant the permissions of docs/configuration.md (rabbitmqctl set_permissions)";

    private static final String SUBJECT = "permissions";
    private static final long CONFIRM_TIMEOUT_MILLIS = 5_000;
    /** Arguments of a queue or an exchange that RabbitMQ rejects, whether it exists or not. */
    private static final Map<String, Object> INVALID_ARGUMENTS =
            Map.of("x-message-ttl", "not a number", "alternate-exchange", 0);

    @Override
    public void run(Consumer<Finding> findings) {
        try {
            boolean granted = probeDeclarations(findings);
            granted &= probe("publish to queues", this::publishToNoQueue, findings);
            granted &= probe("publish to the exchange " + AmqpNames.BROADCAST_EXCHANGE, this::publishAsOther, findings);
            for (String queue : queues()) {
                granted &= probe(
                        "consume the queue " + queue, channel -> consumeWithInvalidPriority(channel, queue), findings);
            }
            if (granted) {
                findings.accept(Finding.ok(SUBJECT, "the user may declare, publish and consume"));
            }
        } catch (IOException e) {
            findings.accept(Finding.problem(SUBJECT, String.valueOf(e), FIX));
        }
    }

    private List<String> queues() {
        return Stream.concat(
                        required.stream().filter(Queue.class::isInstance).map(declarable -> ((Queue) declarable)
                                .getActualName()),
                        BroadcastQueues.names(socketQueue).stream())
                .toList();
    }

    private boolean probeDeclarations(Consumer<Finding> findings) throws IOException {
        boolean granted = true;
        for (String queue : queues()) {
            granted &= probe(
                    "declare the queue " + queue,
                    channel -> channel.queueDeclare(queue, true, false, false, INVALID_ARGUMENTS),
                    findings);
        }
        for (Declarable declarable : required) {
            if (declarable instanceof Exchange exchange) {
                String name = exchange.getName();
                granted &= probe(
                        "declare the exchange " + name,
                        channel -> channel.exchangeDeclare(name, exchange.getType(), true, false, INVALID_ARGUMENTS),
                        findings);
            }
        }
        return granted
                & probe(
                        "bind " + socketQueue + " to the exchange " + AmqpNames.BROADCAST_EXCHANGE,
                        channel -> channel.queueBind(socketQueue, AmqpNames.BROADCAST_EXCHANGE, ""),
                        findings);
    }

    /** Returns whether the permission is granted. */
    private boolean probe(String what, ChannelAction action, Consumer<Finding> findings) throws IOException {
        AMQP.Channel.Close rejection = BrokerCheck.reply(connection, action);
        if (rejection == null || rejection.getReplyCode() != AMQP.ACCESS_REFUSED) {
            return true;
        }
        findings.accept(Finding.problem(SUBJECT, "the user may not " + what + ": " + rejection.getReplyText(), FIX));
        return false;
    }

    private void publishToNoQueue(Channel channel) throws IOException {
        channel.confirmSelect();
        channel.basicPublish(
                "", "mobile-sync-doctor-" + UUID.randomUUID(), false, new AMQP.BasicProperties(), new byte[0]);
        awaitConfirm(channel);
    }

    /** The user id of a message must be that of the connection. */
    private void publishAsOther(Channel channel) throws IOException {
        channel.confirmSelect();
        channel.basicPublish(
                AmqpNames.BROADCAST_EXCHANGE,
                "",
                false,
                new AMQP.BasicProperties.Builder()
                        .userId("mobile-sync-doctor-" + UUID.randomUUID())
                        .expiration("0")
                        .build(),
                new byte[0]);
        awaitConfirm(channel);
    }

    private static void consumeWithInvalidPriority(Channel channel, String queue) throws IOException {
        channel.basicConsume(queue, false, Map.of("x-priority", "not a number"), (tag, message) -> {}, tag -> {});
    }

    private static void awaitConfirm(Channel channel) throws IOException {
        try {
            channel.waitForConfirms(CONFIRM_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException e) {
            throw new IOException("no confirm in time", e);
        }
    }
}
