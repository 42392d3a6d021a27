package dev.mobilesync.service.publishing;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import dev.mobilesync.messages.MessageType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes messages with publisher confirms: {@code publish} returns after the confirm, {@code publishAsync} completes with
 * it. All callers share one channel and one writer thread behind a bounded queue. A multiple confirm completes all messages up to its
 * sequence number. A broker that hangs blocks the writer thread only; callers fail after their time limit.
 */
public final class ConfirmedPublisher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);
    private static final int MAX_QUEUED = 10_000;
    private static final int MAX_UNCONFIRMED = 10_000;
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration MIN_CHANNEL_AGE = Duration.ofMillis(500);
    private static final Duration MAX_NACKING_TIME = Duration.ofSeconds(2);

    private final ConnectionFactory connectionFactory;
    private final PublishObservations observations;
    private final Duration timeLimit;
    private final BlockingQueue<InFlightMessage> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final ConcurrentNavigableMap<Long, InFlightMessage> unconfirmed = new ConcurrentSkipListMap<>();
    private @Nullable Channel channel;
    private long openedAt;
    private volatile long nackingSince;
    private volatile @Nullable Thread writer;

    /**
     * @param types the types of the published messages, for metrics
     * @param timeLimit the time limit of {@link #publish}
     */
    public ConfirmedPublisher(
            ConnectionFactory connectionFactory,
            ObservationRegistry observations,
            MeterRegistry meters,
            Set<MessageType> types,
            Duration timeLimit) {
        this.connectionFactory = connectionFactory;
        this.observations =
                new PublishObservations(observations, meters, types, () -> queue.size() + unconfirmed.size());
        this.timeLimit = timeLimit;
    }

    /**
     * Publishes and waits for the confirm.
     *
     * @throws PublishFailedException if the broker is unavailable, nacks or returns the message, or confirms too late
     */
    public void publish(OutboundMessage message) {
        publish(message, timeLimit);
    }

    /**
     * Publishes and waits for the confirm, with a shorter time limit.
     *
     * @param atMost the time limit; the publisher's own limit if that is shorter
     */
    public void publish(OutboundMessage message, Duration atMost) {
        Duration limit = atMost.compareTo(timeLimit) < 0 ? atMost : timeLimit;
        observations.observe(message, observed -> send(observed, limit));
    }

    /**
     * Publishes without waiting. The result completes with the confirm, or fails with {@link PublishFailedException} as
     * {@link #publish(OutboundMessage)} does. Dependent actions may run on the thread that reads from the broker, so they
     * must not block. Continues the trace of the current observation, but starts none.
     */
    public CompletableFuture<@Nullable Void> publishAsync(OutboundMessage message) {
        return observations.observeAsync(message, observed -> enqueue(observed, timeLimit));
    }

    private void send(OutboundMessage message, Duration limit) {
        CompletableFuture<@Nullable Void> result = enqueue(message, limit);
        try {
            result.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PublishFailedException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishFailedException("interrupted", e);
        }
    }

    private CompletableFuture<@Nullable Void> enqueue(OutboundMessage message, Duration limit) {
        InFlightMessage inFlight = new InFlightMessage(message);
        if (writer == null || !queue.offer(inFlight)) {
            inFlight.fail(writer == null ? "publisher is stopped" : "too many messages are waiting");
        }
        return inFlight.result().isDone() ? inFlight.result() : inFlight.failAfter(limit);
    }

    private void writeLoop() {
        while (writer == Thread.currentThread()) {
            try {
                InFlightMessage next = queue.poll(IDLE_POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null && !next.result().isDone()) {
                    write(next);
                }
            } catch (InterruptedException e) {
                break;
            }
        }
        closeChannel("publisher is stopped");
        for (InFlightMessage left = queue.poll(); left != null; left = queue.poll()) {
            left.fail("publisher is stopped");
        }
    }

    private void write(InFlightMessage inFlight) {
        try {
            recycleNackingChannel();
            Channel open = openChannel();
            long sequenceNumber = open.getNextPublishSeqNo();
            Map.Entry<Long, InFlightMessage> oldest = unconfirmed.firstEntry();
            if (oldest != null && sequenceNumber - oldest.getKey() >= MAX_UNCONFIRMED) {
                // The broker accepts messages but confirms none. Closing the channel fails all unconfirmed ones.
                inFlight.fail("too many messages are not confirmed");
                closeChannel("too many messages are not confirmed");
                return;
            }
            unconfirmed.put(sequenceNumber, inFlight);
            OutboundMessage message = inFlight.message();
            open.basicPublish(
                    message.exchange(),
                    message.routingKey(),
                    message.mandatory(),
                    message.properties(),
                    message.body());
            if (!open.isOpen()) {
                closeChannel("channel closed");
            }
        } catch (IOException | RuntimeException e) {
            inFlight.fail("broker is unavailable: " + e.getMessage());
            closeChannel("channel closed");
        }
    }

    /**
     * Replaces a channel on which the broker nacks. A channel stays bound to the quorum queue's leader of its first
     * publish. If that node died, RabbitMQ nacks every message on the channel, even after a new leader was elected. If
     * the queue is full, a new channel changes nothing.
     */
    private void recycleNackingChannel() {
        long since = nackingSince;
        long now = System.nanoTime();
        if (since == 0 || now - openedAt < MIN_CHANNEL_AGE.toNanos()) {
            return;
        }
        if (unconfirmed.isEmpty() || now - since > MAX_NACKING_TIME.toNanos()) {
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
        // From here on, a failure closes it.
        channel = opened;
        // No confirm can arrive for messages of the previous channel.
        failUnconfirmed("channel closed");
        nackingSince = 0;
        openedAt = System.nanoTime();
        opened.addConfirmListener(
                (number, multiple) -> {
                    nackingSince = 0;
                    completeConfirms(number, multiple, null);
                },
                (number, multiple) -> {
                    if (nackingSince == 0) {
                        nackingSince = System.nanoTime();
                    }
                    completeConfirms(number, multiple, "negatively confirmed by the broker");
                });
        opened.addReturnListener(this::onReturn);
        opened.addShutdownListener(cause -> failUnconfirmed("channel closed: " + cause.getMessage()));
        opened.confirmSelect();
        return opened;
    }

    private void onReturn(Return message) {
        String id = message.getProperties().getMessageId();
        log.warn("message {} to {} was returned: {}", id, message.getRoutingKey(), message.getReplyText());
        for (InFlightMessage inFlight : unconfirmed.values()) {
            if (Objects.equals(inFlight.message().properties().getMessageId(), id)) {
                inFlight.fail("unroutable: " + message.getReplyText());
            }
        }
    }

    private void completeConfirms(long number, boolean multiple, @Nullable String failure) {
        Map<Long, InFlightMessage> completed =
                multiple ? unconfirmed.headMap(number, true) : unconfirmed.subMap(number, true, number, true);
        for (Long each : completed.keySet()) {
            InFlightMessage inFlight = unconfirmed.remove(each);
            if (inFlight != null) {
                if (failure == null) {
                    inFlight.confirm();
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

    /** Stops after everything that publishes: listeners and the web server have higher phases. */
    @Override
    public int getPhase() {
        return 0;
    }
}
