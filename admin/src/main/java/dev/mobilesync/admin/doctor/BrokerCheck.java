package dev.mobilesync.admin.doctor;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.admin.command.Failures;
import dev.mobilesync.service.publishing.DeclarationMismatch;
import dev.mobilesync.socket.fanout.BroadcastQueues;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpAuthenticationException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * Checks the connection to the broker, its queues and exchanges, and the permissions.
 *
 * @param required the queues and exchanges that services declare at their start
 * @param socketQueue the queue of one socket-server instance
 */
record BrokerCheck(ConnectionFactory connections, List<Declarable> required, String socketQueue) implements Check {

    private static final String SUBJECT = "broker";

    @Override
    public void run(Consumer<Finding> findings) {
        try {
            Connection connection = connections.createConnection().getDelegate();
            if (connection == null) {
                throw new IOException("no connection");
            }
            Map<String, Object> server = connection.getServerProperties();
            findings.accept(Finding.ok(
                    SUBJECT, server.get("product") + " " + server.get("version") + ", virtual host " + virtualHost()));
            for (Declarable declarable : required) {
                check(connection, declarable, findings);
            }
            for (String queue : BroadcastQueues.names(socketQueue)) {
                findings.accept(exclusiveQueue(connection, queue));
            }
            if ("RabbitMQ".equals(String.valueOf(server.get("product")))) {
                new PermissionCheck(connection, required, socketQueue).run(findings);
            }
        } catch (AmqpException | IOException e) {
            findings.accept(Finding.problem(SUBJECT, Failures.reason(e), connectionFix(e)));
        }
    }

    private String virtualHost() {
        return connections.getVirtualHost();
    }

    private String connectionFix(Exception e) {
        if (e instanceof AmqpAuthenticationException) {
            return "Set SPRING_RABBITMQ_USERNAME and SPRING_RABBITMQ_PASSWORD to those of a user of the broker";
        }
        if (Failures.reason(e).contains("NOT_ALLOWED")) {
            return "Create the virtual host, or permit the user to access it (rabbitmqctl add_vhost, set_permissions); or set"
                    + " SPRING_RABBITMQ_VIRTUAL_HOST";
        }
        return "Start the broker at " + connections.getHost() + ":" + connections.getPort()
                + ", or set SPRING_RABBITMQ_HOST and SPRING_RABBITMQ_PORT; with TLS also SPRING_RABBITMQ_SSL_ENABLED=true";
    }

    private static Finding exclusiveQueue(Connection connection, String queue) throws IOException {
        String subject = "queue " + queue;
        AMQP.Channel.Close rejection = reply(connection, channel -> channel.queueDeclarePassive(queue));
        if (rejection == null) {
            return Finding.warning(
                    subject,
                    "is not exclusive: an earlier version declared it",
                    "Stop the socket-server of the earlier version; the next start of this version replaces the queue");
        }
        return switch (rejection.getReplyCode()) {
            case AMQP.NOT_FOUND -> Finding.ok(subject, "not declared: no socket-server with this name runs");
            case AMQP.RESOURCE_LOCKED -> Finding.ok(subject, "belongs to the socket-server with this name");
            default -> Finding.problem(subject, rejection.getReplyText(), PermissionCheck.FIX);
        };
    }

    private void check(Connection connection, Declarable declarable, Consumer<Finding> findings) throws IOException {
        if (declarable instanceof Queue queue) {
            check(
                    connection,
                    "queue " + queue.getActualName(),
                    channel -> channel.queueDeclarePassive(queue.getActualName()),
                    channel -> channel.queueDeclare(
                            queue.getActualName(),
                            queue.isDurable(),
                            queue.isExclusive(),
                            queue.isAutoDelete(),
                            queue.getArguments()),
                    findings);
        } else if (declarable instanceof Exchange exchange) {
            check(
                    connection,
                    "exchange " + exchange.getName(),
                    channel -> channel.exchangeDeclarePassive(exchange.getName()),
                    channel -> channel.exchangeDeclare(
                            exchange.getName(),
                            exchange.getType(),
                            exchange.isDurable(),
                            exchange.isAutoDelete(),
                            exchange.getArguments()),
                    findings);
        }
    }

    /** Declares only what exists: then a declaration compares the arguments and creates nothing. */
    private static void check(
            Connection connection,
            String subject,
            ChannelAction passive,
            ChannelAction active,
            Consumer<Finding> findings)
            throws IOException {
        AMQP.Channel.Close missing = reply(connection, passive);
        if (missing != null && missing.getReplyCode() == AMQP.NOT_FOUND) {
            findings.accept(
                    Finding.warning(subject, "does not exist", "Start the services, which declare it at their start"));
            return;
        }
        AMQP.Channel.Close rejection = reply(connection, active);
        if (rejection == null) {
            findings.accept(Finding.ok(subject, "exists with the expected arguments"));
        } else if (rejection.getReplyCode() == AMQP.PRECONDITION_FAILED) {
            DeclarationMismatch mismatch = DeclarationMismatch.parse(subject, rejection.getReplyText());
            findings.accept(Finding.problem(subject, mismatch.problem(), mismatch.fix()));
        } else {
            findings.accept(Finding.problem(subject, rejection.getReplyText(), PermissionCheck.FIX));
        }
    }

    /** An action on a channel of its own, which the broker closes if it rejects the action. */
    @FunctionalInterface
    interface ChannelAction {

        void run(Channel channel) throws IOException;
    }

    /** Returns the rejection of the action; {@code null} if the broker accepts it. */
    static AMQP.Channel.@Nullable Close reply(Connection connection, ChannelAction action) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("no channel left on the connection");
        }
        try {
            action.run(channel);
            return null;
        } catch (IOException | ShutdownSignalException e) {
            if (rootOf(e) instanceof ShutdownSignalException closed
                    && closed.getReason() instanceof AMQP.Channel.Close close) {
                return close;
            }
            throw e;
        } finally {
            channel.abort();
        }
    }

    private static Throwable rootOf(Exception e) {
        return e.getCause() instanceof ShutdownSignalException closed ? closed : e;
    }
}
