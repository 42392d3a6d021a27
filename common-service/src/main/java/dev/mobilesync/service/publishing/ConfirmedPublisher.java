package dev.mobilesync.service.publishing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes messages and returns when the broker has them. All callers share one channel: a thread of its own writes to
 * it, and the broker's confirms, which come back by sequence number, wake the callers. So there is no channel per
 * message in flight, a broker that hangs holds that one thread and no caller beyond its time limit, and the queue in
 * front of it is bounded.
 */
public final class ConfirmedPublisher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);
    private static final int MAX_WAITING = 10_000;
    private static final int MAX_UNCONFIRMED = 10_000;
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration RENEWAL_PAUSE = Duration.ofMillis(500);
    private static final Duration REFUSED_FOR = Duration.ofSeconds(2);

    private final ConnectionFactory connectionFactory;
    private final ObservationRegistry observations;
    private final Duration timeLimit;
    private final BlockingQueue<InFlight> queue = new ArrayBlockingQueue<>(MAX_WAITING);
    private final ConcurrentNavigableMap<Long, InFlight> unconfirmed = new ConcurrentSkipListMap<>();
    private @Nullable Channel channel;
    private long openedAt;
    private volatile long refusedSince;
    private volatile @Nullable Thread writer;

    /**
     * @param timeLimit how long {@link #publish} may take in all
     */
    public ConfirmedPublisher(
            ConnectionFactory connectionFactory, ObservationRegistry observations, Duration timeLimit) {
        this.connectionFactory = connectionFactory;
        this.observations = observations;
        this.timeLimit = timeLimit;
    }

    /**
     * Publishes and waits for the confirm.
     *
     * @throws PublishFailedException if the broker is away, refuses, returns the message, or is silent for longer than
     *     the limit
     */
    public void publish(OutboundMessage publication) {
        publish(publication, timeLimit);
    }

    /**
     * The same for a caller who has less time.
     *
     * @param atMost how long it may take, if that is less than the limit of all
     */
    public void publish(OutboundMessage publication, Duration atMost) {
        Duration limit = atMost.compareTo(timeLimit) < 0 ? atMost : timeLimit;
        Map<String, Object> traceHeaders = new HashMap<>();
        SenderContext<Map<String, Object>> context = new SenderContext<>(
                (carrier, key, value) -> {
                    if (carrier != null) {
                        carrier.put(key, value);
                    }
                },
                Kind.PRODUCER);
        context.setCarrier(traceHeaders);
        context.setRemoteServiceName("rabbitmq");
        Observation.createNotStarted("mobile.sync.publish", () -> context, observations)
                .lowCardinalityKeyValue(
                        "type", String.valueOf(publication.properties().getType()))
                .observe(() -> send(publication.withHeaders(traceHeaders), limit));
    }

    private void send(OutboundMessage publication, Duration limit) {
        InFlight inFlight = new InFlight(publication);
        if (writer == null || !queue.offer(inFlight)) {
            throw new PublishFailedException(writer == null ? "publisher is stopped" : "too many messages are waiting");
        }
        try {
            inFlight.result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PublishFailedException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            inFlight.result.cancel(false);
            throw new PublishFailedException("no confirm within " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishFailedException("interrupted", e);
        }
    }

    private void writeLoop() {
        while (writer == Thread.currentThread()) {
            try {
                InFlight next = queue.poll(IDLE_POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null && !next.result.isDone()) {
                    write(next);
                }
            } catch (InterruptedException e) {
                break;
            }
        }
        closeChannel("publisher is stopped");
        for (InFlight left = queue.poll(); left != null; left = queue.poll()) {
            left.fail("publisher is stopped");
        }
    }

    private void write(InFlight inFlight) {
        try {
            recycleNackingChannel();
            Channel open = openChannel();
            long sequenceNumber = open.getNextPublishSeqNo();
            Map.Entry<Long, InFlight> oldest = unconfirmed.firstEntry();
            if (oldest != null && sequenceNumber - oldest.getKey() >= MAX_UNCONFIRMED) {
                // A broker that takes messages and confirms none: those who wait have given up, or are told now.
                inFlight.fail("too many messages are not confirmed");
                closeChannel("too many messages are not confirmed");
                return;
            }
            unconfirmed.put(sequenceNumber, inFlight);
            OutboundMessage publication = inFlight.publication;
            open.basicPublish(
                    publication.exchange(),
                    publication.routingKey(),
                    publication.mandatory(),
                    publication.properties(),
                    publication.body());
            if (!open.isOpen()) {
                closeChannel("channel closed");
            }
        } catch (IOException | RuntimeException e) {
            inFlight.fail("broker is away: " + e.getMessage());
            closeChannel("channel closed");
        }
    }

    /**
     * Leaves a channel on which the broker refuses. A channel keeps to the leader of a quorum queue that it found when it
     * first published; where that was a node that has just died, RabbitMQ refuses everything on it, for good, also when
     * the queue has a new leader. If the queue is really full, another channel changes nothing and does no harm.
     */
    private void recycleNackingChannel() {
        long since = refusedSince;
        long now = System.nanoTime();
        if (since == 0 || now - openedAt < RENEWAL_PAUSE.toNanos()) {
            return;
        }
        if (unconfirmed.isEmpty() || now - since > REFUSED_FOR.toNanos()) {
            closeChannel("channel renewed");
        }
    }

    private Channel openChannel() throws IOException {
        Channel current = channel;
        if (current != null && current.isOpen()) {
            return current;
        }
        ConnectionFactory publishers = connectionFactory.getPublisherConnectionFactory();
        Channel opened = (publishers == null ? connectionFactory : publishers)
                .createConnection()
                .getDelegate()
                .createChannel();
        if (opened == null) {
            throw new IOException("no channel left on the connection");
        }
        // Those of the channel before this one will hear nothing any more.
        failUnconfirmed("channel closed");
        refusedSince = 0;
        openedAt = System.nanoTime();
        opened.addConfirmListener(
                (number, multiple) -> {
                    refusedSince = 0;
                    completeConfirms(number, multiple, null);
                },
                (number, multiple) -> {
                    if (refusedSince == 0) {
                        refusedSince = System.nanoTime();
                    }
                    completeConfirms(number, multiple, "refused by the broker");
                });
        opened.addReturnListener(this::onReturn);
        opened.addShutdownListener(cause -> failUnconfirmed("channel closed: " + cause.getMessage()));
        opened.confirmSelect();
        channel = opened;
        return opened;
    }

    private void onReturn(Return message) {
        String id = message.getProperties().getMessageId();
        log.warn("message {} was returned: {} {}", id, message.getReplyText(), message.getRoutingKey());
        for (InFlight inFlight : unconfirmed.values()) {
            if (Objects.equals(inFlight.publication.properties().getMessageId(), id)) {
                inFlight.fail("no queue takes it: " + message.getReplyText());
            }
        }
    }

    private void completeConfirms(long number, boolean multiple, @Nullable String failure) {
        Map<Long, InFlight> settled =
                multiple ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
        for (Long each : settled.keySet()) {
            InFlight inFlight = unconfirmed.remove(each);
            if (inFlight != null) {
                if (failure == null) {
                    inFlight.result.complete(null);
                } else {
                    inFlight.fail(failure);
                }
            }
        }
    }

    private void closeChannel(String why) {
        Channel last = channel;
        channel = null;
        if (last != null) {
            try {
                last.abort();
            } catch (IOException | RuntimeException e) {
                log.debug("could not close a channel", e);
            }
        }
        failUnconfirmed(why);
    }

    private void failUnconfirmed(String why) {
        completeConfirms(Long.MAX_VALUE, true, why);
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::writeLoop, "confirmed-publisher");
        thread.setDaemon(true);
        writer = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread thread = writer;
        writer = null;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return writer != null;
    }

    /** Stops after whoever publishes: listeners and the web server have higher phases. */
    @Override
    public int getPhase() {
        return 0;
    }

    private static final class InFlight {

        private final OutboundMessage publication;
        private final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();

        private InFlight(OutboundMessage publication) {
            this.publication = publication;
        }

        private void fail(String why) {
            result.completeExceptionally(new PublishFailedException(why));
        }
    }
}
