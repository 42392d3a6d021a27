package dev.mobilesync.socket.fanout;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.device.PhoneConnections;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.StompMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * Receives the broadcasts that its {@link BroadcastConsumer} reads from this instance's queue, and passes those that are new to
 * the {@link Hub}. Starts and stops the consumer, and reports its health. The queue is exclusive: a second instance with the same
 * queue would take half of the broadcasts, so it fails to start.
 */
public final class BroadcastListener implements SmartLifecycle, HealthIndicator, BroadcastConsumer.Handler {

    private static final Logger log = LoggerFactory.getLogger(BroadcastListener.class);
    /** After these, a connected phone may no longer be the paired one: a pairing, or a reset, which is broadcast as waiting. */
    private static final Set<String> PAIRING_CHANGES =
            Set.of(MessageType.MOBILE_SYNC_PAIRED.wireName(), MessageType.MOBILE_SYNC_WAITING.wireName());

    private static final int MAX_REVISIONS = 100_000;
    private static final int MAX_MESSAGE_IDS = 1_000;
    private static final Duration REVISION_TTL = Duration.ofMinutes(10);

    private final BroadcastConsumer consumer;
    private final SocketServerProperties properties;
    private final Hub hub;
    private final CurrentStateSender currentStates;
    private final SessionRegistry sessions;
    private final PhoneConnections phones;
    private final BroadcastMetrics metrics;
    private final TraceSpans spans;
    private final DroppedBroadcastDebouncer dropped;
    private final RevisionFilter revisions = new RevisionFilter(MAX_REVISIONS, REVISION_TTL);
    private final RedeliveryFilter redeliveries = new RedeliveryFilter(MAX_MESSAGE_IDS);
    private boolean consuming;
    private boolean queueRefused;
    private @Nullable Throwable failure;

    BroadcastListener(
            ConnectionFactory connections,
            SocketServerProperties properties,
            Hub hub,
            CurrentStateSender currentStates,
            SessionRegistry sessions,
            PhoneConnections phones,
            BroadcastMetrics metrics,
            TraceSpans spans,
            SocketExecutors executors) {
        this.consumer = new BroadcastConsumer(connections, properties.socketQueue(), this);
        this.properties = properties;
        this.hub = hub;
        this.currentStates = currentStates;
        this.sessions = sessions;
        this.phones = phones;
        this.metrics = metrics;
        this.spans = spans;
        this.dropped = new DroppedBroadcastDebouncer(executors.timer(), this::onBroadcastsDropped);
    }

    @Override
    public void onMessage(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        String messageId = properties.getMessageId();
        try {
            Map<String, Object> headers = Objects.requireNonNullElse(properties.getHeaders(), Map.of());
            ExamineeKey examinee = examinee(headers, body);
            Long revision = headers.get(AmqpNames.REVISION) instanceof Number number ? number.longValue() : null;
            boolean accepted = revision == null
                    ? messageId == null || !redeliveries.isDuplicate(messageId, envelope.isRedeliver())
                    : revisions.acceptIfNewer(examinee, revision, System.nanoTime());
            if (accepted) {
                String id = messageId == null ? UUID.randomUUID().toString() : messageId;
                Runnable onSent = metrics.onReceived(headers);
                BroadcastTrace trace = BroadcastTrace.start(spans, headers, examinee, properties.getType());
                StompMessage message =
                        new StompMessage(revision, id, body, trace == null ? onSent : trace.recordingPush(onSent));
                deliver(examinee, properties.getType(), message);
                if (trace != null) {
                    trace.end();
                }
            }
        } catch (InvalidMessageException e) {
            log.warn("ignored invalid broadcast {}: {}", messageId, e.getMessage());
        } catch (RuntimeException e) {
            log.error("could not deliver broadcast {}", messageId, e);
        }
    }

    private void deliver(ExamineeKey examinee, @Nullable String type, StompMessage message) {
        if (MessageType.isSignal(type)) {
            hub.signal(examinee, message);
            return;
        }
        hub.broadcast(examinee, message);
        if (type != null && PAIRING_CHANGES.contains(type)) {
            phones.checkSoon(examinee);
        }
    }

    /** Takes the examinee from the headers; parses a message without them. */
    private static ExamineeKey examinee(Map<String, Object> headers, byte[] body) throws InvalidMessageException {
        String plan = Objects.toString(headers.get(AmqpNames.PLAN), "");
        String examinee = Objects.toString(headers.get(AmqpNames.EXAMINEE), "");
        return Identifiers.isValid(plan) && Identifiers.isValid(examinee)
                ? new ExamineeKey(plan, examinee)
                : MessageCodec.decode(body, Broadcast.class).examinee();
    }

    @Override
    public void onConsuming() {
        synchronized (this) {
            if (consuming) {
                return;
            }
            consuming = true;
            queueRefused = false;
            failure = null;
            notifyAll();
        }
        log.info("consumes broadcasts from {}", properties.socketQueue());
        resendCurrentStates();
    }

    @Override
    public void onDropped() {
        dropped.onDropped();
    }

    private void onBroadcastsDropped() {
        metrics.countDrop();
        log.warn("the broker dropped broadcasts of queue {}", properties.socketQueue());
        resendCurrentStates();
    }

    /** After lost broadcasts: resends the current state to examinees, and disconnects proctors, so that they reload their boards. */
    private void resendCurrentStates() {
        currentStates.resendAll();
        sessions.disconnect(
                hub.planSubscriptions().stream().map(Subscription::session).collect(Collectors.toSet()),
                DisconnectReason.BROADCASTS_MISSED);
    }

    @Override
    public synchronized void onConsumingStopped(Throwable cause) {
        consuming = false;
        if (!queueRefused && (BroadcastQueues.isInUse(cause) || BroadcastQueues.isAccessRefused(cause))) {
            queueRefused = true;
            log.error("{}", queueRefusedMessage());
        }
        failure = cause;
        notifyAll();
    }

    private String queueRefusedMessage() {
        return "queue " + properties.socketQueue()
                + " is in use by another instance, or the broker denies access to it;"
                + " MOBILE_SYNC_SOCKET_QUEUE must differ for each instance";
    }

    /**
     * Starts the consumer. If the broker is unavailable, startup continues and the service is not ready. If another instance
     * has the queue, startup fails.
     */
    @Override
    public void start() {
        consumer.start();
        if (isQueueRefused()) {
            consumer.stop();
            throw new IllegalStateException(queueRefusedMessage());
        }
    }

    private synchronized boolean isQueueRefused() {
        long deadline =
                System.nanoTime() + properties.socketQueueAcquireTimeout().toNanos();
        while (!consuming && (failure == null || queueRefused)) {
            long remaining = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (remaining <= 0) {
                return queueRefused;
            }
            try {
                wait(remaining);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    @Override
    public void stop() {
        consumer.stop();
    }

    @Override
    public boolean isRunning() {
        return consumer.isRunning();
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.BROADCASTS;
    }

    @Override
    public synchronized Health health() {
        Health.Builder health = consuming ? Health.up() : Health.down();
        health.withDetail("queue", properties.socketQueue());
        Throwable lastFailure = failure;
        return lastFailure == null
                ? health.build()
                : health.withDetail("failure", Objects.toString(lastFailure.getMessage(), lastFailure.toString()))
                        .build();
    }
}
