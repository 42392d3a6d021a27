package dev.mobilesync.admin.doctor;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.admin.doctor.BrokerCheck.ChannelAction;
import dev.mobilesync.messages.AmqpNames;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Checks whether the user may publish and consume. RabbitMQ checks the permission before the rest of a request, so each probe
 * is a request that it rejects afterwards: nothing is delivered or consumed. The permission to declare is checked with the queues.
 */
record PermissionCheck(Connection connection) implements Check {

    static final String FIX = "Grant the permissions of docs/configuration.md (rabbitmqctl set_permissions)";

    private static final String SUBJECT = "permissions";
    private static final long CONFIRM_TIMEOUT_MILLIS = 5_000;

    @Override
    public void run(Consumer<Finding> findings) {
        try {
            boolean granted = probe("publish to queues", this::publishToNoQueue, findings);
            granted &= probe("publish to the exchange " + AmqpNames.BROADCAST_EXCHANGE, this::publishAsOther, findings);
            granted &= probe("consume " + AmqpNames.STATUS_QUEUE, this::consumeWithInvalidPriority, findings);
            if (granted) {
                findings.accept(Finding.ok(SUBJECT, "the user may publish and consume"));
            }
        } catch (IOException e) {
            findings.accept(Finding.problem(SUBJECT, String.valueOf(e), FIX));
        }
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

    private void consumeWithInvalidPriority(Channel channel) throws IOException {
        channel.basicConsume(
                AmqpNames.STATUS_QUEUE, false, Map.of("x-priority", "not a number"), (tag, message) -> {}, tag -> {});
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
