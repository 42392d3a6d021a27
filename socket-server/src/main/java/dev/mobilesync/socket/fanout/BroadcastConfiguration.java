package dev.mobilesync.socket.fanout;

import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.messages.AmqpNames;
import java.time.Duration;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This instance's queue of broadcasts, and what reads it. */
@Configuration(proxyBeanMethods = false)
class BroadcastConfiguration {

    private static final Duration MESSAGE_TTL = SocketServerProperties.BROADCAST_TTL;
    private static final Duration UNUSED_QUEUE_TTL = Duration.ofMinutes(30);
    private static final int MAX_QUEUED = 100_000;
    private static final int PREFETCH = 500;
    private static final long RECOVERY_MILLIS = 1_000;

    /**
     * The queue, and a second one beside it: what the first cannot keep, because it is full or too old, comes to the
     * second, which keeps one and so says no more than that something was missed. Both are transient: a durable queue
     * whose node is down could be declared by nobody until it is back, while these are made anew on another node.
     */
    @Bean
    Declarables broadcastQueue(SocketServerProperties settings) {
        Queue missed = QueueBuilder.nonDurable(missedQueue(settings))
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .maxLength(1)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        Queue queue = QueueBuilder.nonDurable(settings.socketQueue())
                .deadLetterExchange("")
                .deadLetterRoutingKey(missed.getName())
                .expires(Math.toIntExact(UNUSED_QUEUE_TTL.toMillis()))
                .ttl(Math.toIntExact(MESSAGE_TTL.toMillis()))
                .maxLength(MAX_QUEUED)
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        Binding binding = BindingBuilder.bind(queue).to(new FanoutExchange(AmqpNames.BROADCAST_EXCHANGE));
        return new Declarables(missed, queue, binding);
    }

    private static String missedQueue(SocketServerProperties settings) {
        return "missed." + settings.socketQueue();
    }

    @Bean
    BroadcastListener broadcasts(
            SimpleRabbitListenerContainerFactory containers,
            AmqpAdmin admin,
            SocketServerProperties settings,
            Hub hub,
            SnapshotSender snapshots,
            SessionRegistry sessions) {
        SimpleMessageListenerContainer container = container(containers, admin, settings.socketQueue());
        container.setExclusive(true);
        container.setPrefetchCount(PREFETCH);
        return new BroadcastListener(container, settings, hub, snapshots, sessions);
    }

    /** Stops with the other container, and needs no health of its own: they share a connection. */
    @Bean
    SimpleMessageListenerContainer missedBroadcasts(
            SimpleRabbitListenerContainerFactory containers,
            AmqpAdmin admin,
            SocketServerProperties settings,
            BroadcastListener broadcasts,
            SocketExecutors threads) {
        SimpleMessageListenerContainer container = container(containers, admin, missedQueue(settings));
        container.setPhase(LifecyclePhases.BROADCASTS);
        container.setMessageListener(new DroppedBroadcastListener(threads.timer(), broadcasts::missedSome));
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
