package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.publishing.PublishedTypes;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.device.PhoneConnections;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import java.util.EnumSet;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This instance's broadcast queue and its consumers. */
@Configuration(proxyBeanMethods = false)
class BroadcastConfiguration {

    private static final long RECOVERY_MILLIS = 1_000;

    @Bean
    Declarables broadcastQueue(SocketServerProperties properties) {
        return BroadcastQueues.topology(properties.socketQueue());
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
        SimpleMessageListenerContainer container =
                container(containers, admin, BroadcastQueues.droppedQueue(properties.socketQueue()));
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
