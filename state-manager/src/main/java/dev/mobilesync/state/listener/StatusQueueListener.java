package dev.mobilesync.state.listener;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Channel;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.state.channel.DeliveryChannels;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.AbstractMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.context.SmartLifecycle;

/**
 * Consumes {@code status_queue} in batches: whatever has arrived while the previous batch was processed is the next one;
 * a batch never waits to be filled. Messages of one examinee are applied in the order of the queue, each when the broadcast of
 * the previous one is confirmed or has failed. A message that fails stays unacknowledged and is retried while the next ones are
 * processed.
 * The prefetch bounds how many messages wait.
 */
final class StatusQueueListener implements ChannelAwareMessageListener, SmartLifecycle {

    static final String ID = "status";

    /** Of this listener and its container: they stop after {@code ReadinessDrain} and before everything else. */
    static final int PHASE = Integer.MAX_VALUE - 1;

    private static final Logger log = LoggerFactory.getLogger(StatusQueueListener.class);
    private static final int MAX_BATCH = 250;
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    /** While messages wait only for earlier ones of the same examinees. */
    private static final Duration BUSY_POLL = Duration.ofMillis(1);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final StatusQueueProcessor processor;
    private final RetryScheduler retryScheduler;
    private final TraceSpans spans;
    private final ObservationRegistry observations;
    private final Map<Channel, ChannelAcknowledgements> channels = new ConcurrentHashMap<>();
    private final BlockingQueue<StatusQueueDelivery> received = new LinkedBlockingQueue<>();
    private final Set<ExamineeKey> busyExaminees = ConcurrentHashMap.newKeySet();
    private volatile CompletableFuture<@Nullable Void> inProcess = CompletableFuture.completedFuture(null);
    private volatile @Nullable Thread worker;

    /**
     * @param container calls this listener. As this bean depends on it and both have one phase, the container stops second,
     *     so that messages in process are acknowledged first
     */
    StatusQueueListener(
            AbstractMessageListenerContainer container,
            StatusQueueProcessor processor,
            RetryScheduler retryScheduler,
            TraceSpans spans,
            ObservationRegistry observations) {
        container.setMessageListener(this);
        this.processor = processor;
        this.retryScheduler = retryScheduler;
        this.spans = spans;
        this.observations = observations;
    }

    @Override
    public void onMessage(Message message, @Nullable Channel from) {
        Channel channel = DeliveryChannels.of(requireNonNull(from));
        if (channel == null) {
            return;
        }
        StatusQueueDelivery delivery = StatusQueueDelivery.decode(
                message,
                acknowledgements(channel),
                event -> MessageTrace.start(message, event, spans, observations, ID));
        delivery.acknowledgements().add(delivery.tag(), delivery.sentAt());
        received.add(delivery);
    }

    private ChannelAcknowledgements acknowledgements(Channel channel) {
        ChannelAcknowledgements existing = channels.get(channel);
        if (existing != null) {
            return existing;
        }
        ChannelAcknowledgements created = new ChannelAcknowledgements(channel);
        channels.put(channel, created);
        channel.addShutdownListener(cause -> channels.remove(channel));
        return created;
    }

    /** The time since the oldest unacknowledged message was published. */
    Duration timeSinceOldestPublished() {
        long now = System.currentTimeMillis();
        return Duration.ofMillis(channels.values().stream()
                .mapToLong(channel -> now - channel.oldest(now))
                .max()
                .orElse(0));
    }

    private void processBatches() {
        List<StatusQueueDelivery> waiting = new ArrayList<>();
        Duration pause = IDLE_POLL;
        while (worker == Thread.currentThread()) {
            try {
                StatusQueueDelivery next = received.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    waiting.add(next);
                }
                received.drainTo(waiting, MAX_BATCH);
                List<StatusQueueDelivery> batch = takeBatch(waiting);
                if (!batch.isEmpty()) {
                    inProcess = CompletableFuture.allOf(inProcess, process(batch));
                }
                pause = waiting.isEmpty() ? IDLE_POLL : batch.isEmpty() ? BUSY_POLL : Duration.ZERO;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("a batch failed unexpectedly", e);
            }
        }
    }

    private CompletableFuture<@Nullable Void> process(List<StatusQueueDelivery> batch) {
        Set<ExamineeKey> examinees = new HashSet<>();
        for (StatusQueueDelivery delivery : batch) {
            StatusQueueMessage event = delivery.event();
            if (event != null) {
                examinees.add(event.examinee());
            }
        }
        busyExaminees.addAll(examinees);
        return CompletableFuture.completedFuture(batch)
                .thenCompose(processor::process)
                .whenComplete((failed, defect) -> {
                    examinees.forEach(busyExaminees::remove);
                    if (defect != null) {
                        log.error("a batch failed unexpectedly", defect);
                    }
                })
                .thenAccept(retryScheduler::retryAll);
    }

    /**
     * Removes the first messages, at most one of each examinee, and none of an examinee in process. Drops those of closed channels,
     * which are redelivered.
     */
    private List<StatusQueueDelivery> takeBatch(List<StatusQueueDelivery> waiting) {
        List<StatusQueueDelivery> batch = new ArrayList<>();
        Set<ExamineeKey> examinees = new HashSet<>(busyExaminees);
        waiting.removeIf(delivery -> {
            if (!delivery.isChannelOpen()) {
                delivery.trace().stop();
                return true;
            }
            StatusQueueMessage event = delivery.event();
            boolean first = event == null || examinees.add(event.examinee());
            return batch.size() < MAX_BATCH && first && batch.add(delivery);
        });
        return batch;
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::processBatches, "status-queue-worker");
        thread.setDaemon(true);
        worker = thread;
        thread.start();
    }

    /** Waits until the batches in process are acknowledged. The container then returns the other messages to the queue. */
    @Override
    public void stop() {
        Thread thread = worker;
        worker = null;
        if (thread == null) {
            return;
        }
        try {
            thread.join(STOP_TIMEOUT.toMillis());
            inProcess.get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("messages in process will be redelivered", e);
        }
    }

    @Override
    public boolean isRunning() {
        Thread thread = worker;
        return thread != null && thread.isAlive();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
