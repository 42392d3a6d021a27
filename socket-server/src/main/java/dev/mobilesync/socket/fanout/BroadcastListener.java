package dev.mobilesync.socket.fanout;

import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.StompMessage;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.AsyncConsumerStoppedEvent;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Reads this instance's queue of broadcasts, in order, into the {@link Hub}. The queue is read by one consumer only: a
 * second instance with the same queue would take every second broadcast from the browsers here, so it does not start.
 */
public final class BroadcastListener implements SmartLifecycle, HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(BroadcastListener.class);
    private static final int ACCESS_REFUSED = 403;
    private static final int MAX_REVISIONS = 100_000;
    private static final Duration KEEP_REVISIONS = Duration.ofMinutes(10);

    private final SimpleMessageListenerContainer container;
    private final SocketServerProperties settings;
    private final Hub hub;
    private final SnapshotSender snapshots;
    private final SessionRegistry sessions;
    private final RevisionFilter revisions = new RevisionFilter(MAX_REVISIONS, KEEP_REVISIONS);
    private boolean consuming;
    private long notConsumingSince = System.nanoTime();
    private boolean refused;
    private @Nullable Throwable failure;

    BroadcastListener(
            SimpleMessageListenerContainer container,
            SocketServerProperties settings,
            Hub hub,
            SnapshotSender snapshots,
            SessionRegistry sessions) {
        this.container = container;
        this.settings = settings;
        this.hub = hub;
        this.snapshots = snapshots;
        this.sessions = sessions;
        container.setMessageListener(this::receive);
        container.setApplicationEventPublisher(this::consumerChanged);
    }

    private void receive(Message message) {
        String messageId = message.getMessageProperties().getMessageId();
        try {
            Broadcast broadcast = MessageCodec.decode(message.getBody(), Broadcast.class);
            Long revision = revision(message);
            if (revision == null || revisions.advance(broadcast.examinee(), revision, System.nanoTime())) {
                hub.broadcast(
                        broadcast.examinee(),
                        StompMessage.of(
                                revision,
                                messageId == null ? UUID.randomUUID().toString() : messageId,
                                message.getBody()));
            }
        } catch (InvalidMessageException e) {
            log.warn("broadcast {} is dropped: {}", messageId, e.getMessage());
        } catch (RuntimeException e) {
            log.error("broadcast {} is dropped", messageId, e);
        }
    }

    private static @Nullable Long revision(Message message) {
        Object header = message.getMessageProperties().getHeaders().get(AmqpNames.REVISION);
        return header instanceof Number number ? number.longValue() : null;
    }

    private void consumerChanged(Object event) {
        if (event instanceof ConsumeOkEvent) {
            consuming();
        } else if (event instanceof ListenerContainerConsumerFailedEvent failed) {
            notConsuming(failed.getThrowable());
        } else if (event instanceof AsyncConsumerStoppedEvent) {
            notConsuming(null);
        }
    }

    private void consuming() {
        Duration pause;
        synchronized (this) {
            if (consuming) {
                return;
            }
            consuming = true;
            refused = false;
            failure = null;
            pause = Duration.ofNanos(System.nanoTime() - notConsumingSince);
            notifyAll();
        }
        log.info("reading {}", settings.socketQueue());
        snapshots.refreshAll();
        if (pause.compareTo(settings.socketMissedAfter()) > 0) {
            sendProctorsToTheirBoards();
        }
    }

    /** The queue could not keep everything: examinees are told their state, proctors fill their boards again. */
    void missedSome() {
        log.warn("some broadcasts in {} were dropped before they were read", settings.socketQueue());
        snapshots.refreshAll();
        sendProctorsToTheirBoards();
    }

    private void sendProctorsToTheirBoards() {
        sessions.disconnect(
                hub.ofProctors().stream().map(Subscription::session).collect(Collectors.toSet()),
                DisconnectReason.BROADCASTS_MISSED);
    }

    private synchronized void notConsuming(@Nullable Throwable cause) {
        if (consuming) {
            consuming = false;
            notConsumingSince = System.nanoTime();
        }
        if (cause != null) {
            if (isRefused(cause) && !refused) {
                refused = true;
                log.error("{}", inUse());
            }
            failure = cause;
        }
        notifyAll();
    }

    /**
     * Reading a queue that has an exclusive consumer, or that may not be read, is answered with 403: RabbitMQ closes the
     * channel with it, Qpid the connection.
     */
    private static boolean isRefused(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ShutdownSignalException signal && replyCode(signal) == ACCESS_REFUSED) {
                return true;
            }
        }
        return false;
    }

    private static int replyCode(ShutdownSignalException signal) {
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return signal.getReason() instanceof AMQP.Connection.Close close ? close.getReplyCode() : 0;
    }

    private String inUse() {
        return "the queue " + settings.socketQueue()
                + " cannot be read: another socket-server reads it, or the broker does not allow it."
                + " MOBILE_SYNC_SOCKET_QUEUE must be another one for each instance";
    }

    /**
     * Starts to read. Where the broker is away the start goes on without it, and the service is not ready; where another
     * instance reads the queue the start fails.
     */
    @Override
    public void start() {
        container.start();
        if (refusedForGood()) {
            container.stop();
            throw new IllegalStateException(inUse());
        }
    }

    private synchronized boolean refusedForGood() {
        long end = System.nanoTime() + settings.socketQueueClaimTime().toNanos();
        while (!consuming && (failure == null || refused)) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                return refused;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    @Override
    public void stop() {
        container.stop();
    }

    @Override
    public void stop(Runnable done) {
        container.stop(done);
    }

    @Override
    public boolean isRunning() {
        return container.isRunning();
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.BROADCASTS;
    }

    @Override
    public synchronized Health health() {
        Health.Builder health = consuming ? Health.up() : Health.down();
        health.withDetail("queue", settings.socketQueue());
        Throwable last = failure;
        return last == null
                ? health.build()
                : health.withDetail("failure", Objects.toString(last.getMessage(), last.toString()))
                        .build();
    }
}
