package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.publishing.PublishedTypes;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.device.PhoneConnections;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import java.time.Duration;
import java.util.EnumSet;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This instance's broadcast queue and its consumers. */
@Configuration(proxyBeanMethods = false)
class BroadcastConfiguration {

    private static final Duration MESSAGE_TTL = SocketServerProperties.BROADCAST_TTL;
    private static final Duration UNUSED_QUEUE_TTL = Duration.ofMinutes(30);
    private static final int MAX_QUEUED = 100_000;
    private static final long RECOVERY_MILLIS = 1_000;

    /**
     * The broadcast queue, and a queue that receives the broadcasts that it drops because they are too old or too many. The
     * second queue keeps one message, which signals the loss. Both are transient: they are created on another node while
     * their node is down, which a durable queue is not.
     */
    @Bean
    Declarables broadcastQueue(SocketServerProperties properties) {
        Queue dropped = QueueBuilder.nonDurable(droppedQueue(properties))
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .maxLength(1)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        Queue queue = QueueBuilder.nonDurable(properties.socketQueue())
                .deadLetterExchange("")
                .deadLetterRoutingKey(dropped.getName())
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .ttl(Math.toIntExact(MESSAGE_TTL.toMillis()))
                .maxLength(MAX_QUEUED)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        Binding binding = BindingBuilder.bind(queue).to(new FanoutExchange(AmqpNames.BROADCAST_EXCHANGE));
        return new Declarables(dropped, queue, binding);
    }

    private static String droppedQueue(SocketServerProperties properties) {
        return "missed." + properties.socketQueue();
    }

    @Bean
    PublishedTypes publishedTypes() {
        return new PublishedTypes(EnumSet.of(
                MessageType.MOBILE_SYNC_WAIT,
                MessageType.MOBILE_SYNC_ORDER,
                MessageType.MOBILE_SYNC_SHUTTER,
                MessageType.MOBILE_SYNC_PREVIEW,
                MessageType.MOBILE_SYNC_NOTICE));
    }

    @Bean
    BroadcastListener broadcasts(
            ConnectionFactory connections,
            AmqpAdmin admin,
            SocketServerProperties properties,
            Hub hub,
            SnapshotSender snapshots,
            SessionRegistry sessions,
            PhoneConnections phones,
            BroadcastMetrics metrics,
            TraceSpans spans) {
        return new BroadcastListener(connections, admin, properties, hub, snapshots, sessions, phones, metrics, spans);
    }

    /** Stops when {@link BroadcastListener} does, which also reports the health of their common connection. */
    @Bean
    SimpleMessageListenerContainer droppedBroadcasts(
            SimpleRabbitListenerContainerFactory containers,
            AmqpAdmin admin,
            SocketServerProperties properties,
            BroadcastListener broadcasts,
            SocketExecutors executors) {
        SimpleMessageListenerContainer container = container(containers, admin, droppedQueue(properties));
        container.setPhase(LifecyclePhases.BROADCASTS);
        container.setMessageListener(new DroppedBroadcastListener(executors.timer(), broadcasts::onDropped));
        return container;
    }

    private static SimpleMessageListenerContainer container(
            SimpleRabbitListenerContainerFactory containers, AmqpAdmin admin, String queue) {
        SimpleMessageListenerContainer container = containers.createListenerContainer();
        container.setAmqpAdmin(admin);
        container.setQueueNames(queue);
        container.setMissingQueuesFatal(false);
        container.setPossibleAuthenticationFailureFatal(false);
        container.setDefaultRequeueRejected(false);
        container.setRecoveryInterval(RECOVERY_MILLIS);
        container.setFailedDeclarationRetryInterval(RECOVERY_MILLIS);
        return container;
    }
}
