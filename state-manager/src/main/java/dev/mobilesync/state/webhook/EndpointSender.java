package dev.mobilesync.state.webhook;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.state.WebhookProperties;
import dev.mobilesync.state.channel.DeliveryChannels;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/**
 * Sends the state changes of one endpoint's queue. A change stays unacknowledged until the endpoint has confirmed it with 2xx,
 * or until it is a confirmed dead letter. All state belongs to one thread, which never blocks: an endpoint delays no other.
 */
final class EndpointSender implements ChannelAwareMessageListener {

    private static final Logger log = LoggerFactory.getLogger(EndpointSender.class);
    private static final Duration IMMEDIATELY = Duration.ZERO;
    private static final Duration UNLIMITED = Duration.ofDays(365);

    private final WebhookEndpoint endpoint;
    private final WebhookClient client;
    private final ConfirmedPublisher publisher;
    private final WebhookMetrics metrics;
    private final Duration giveUpAfter;
    private final long probeNanos;
    private final int maxInFlight;
    private final PendingChanges pendingChanges;
    private final EndpointAvailability availability;
    private final ScheduledThreadPoolExecutor executor;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> wakeUp;
    private int inFlight;
    /** No changes are examined before this time while the endpoint is unavailable. */
    private long nextScan;

    private @Nullable CompletableFuture<@Nullable Void> drained;

    EndpointSender(
            WebhookEndpoint endpoint,
            WebhookClient client,
            ConfirmedPublisher publisher,
            WebhookMetrics metrics,
            WebhookProperties properties) {
        this.endpoint = endpoint;
        this.client = client;
        this.publisher = publisher;
        this.metrics = metrics;
        this.giveUpAfter = properties.giveUpAfter();
        this.probeNanos = properties.probeInterval().toNanos();
        this.maxInFlight = properties.maxInFlight();
        this.pendingChanges = new PendingChanges(properties.retryInitialInterval(), properties.retryMaxInterval());
        this.availability = new EndpointAvailability(endpoint.name(), properties.probeInterval());
        this.executor = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "webhook-" + endpoint.name());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
        metrics.register(endpoint.name(), pendingChanges, availability);
    }

    WebhookEndpoint endpoint() {
        return endpoint;
    }

    @Override
    public void onMessage(Message message, @Nullable Channel from) {
        Channel delivering = DeliveryChannels.of(requireNonNull(from));
        if (delivering != null) {
            run(() -> accept(message, delivering));
        }
    }

    /** Makes no further attempts. The result completes when no request is in flight. */
    CompletableFuture<@Nullable Void> drain() {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        run(() -> {
            drained = result;
            dispatch();
        });
        return result;
    }

    void close() {
        executor.shutdownNow();
    }

    private void run(Runnable task) {
        executor.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("webhook endpoint {} failed unexpectedly", endpoint.name(), e);
            }
        });
    }

    private void accept(Message message, Channel from) {
        if (!from.equals(channel)) {
            // The previous channel is closed, and its messages are redelivered on this one.
            channel = from;
            pendingChanges.removeClosed();
        }
        String plan = WebhookEvent.plan(message);
        WebhookEvent event = plan == null || endpoint.plans().test(plan) ? WebhookEvent.decode(message) : null;
        if (event == null || event.payload() != null && !endpoint.plans().test(event.planId())) {
            acknowledge(from, message);
            return;
        }
        pendingChanges.add(
                new WebhookDelivery(event, from::isOpen, () -> acknowledge(from, message)), System.nanoTime());
        dispatch();
    }

    private static void acknowledge(Channel channel, Message message) {
        try {
            channel.basicAck(message.getMessageProperties().getDeliveryTag(), false);
        } catch (IOException | ShutdownSignalException e) {
            log.debug("a message was not acknowledged and will be redelivered", e);
        }
    }

    /** Starts what may start now, and schedules the next run. */
    private void dispatch() {
        if (drained != null) {
            if (inFlight == 0) {
                drained.complete(null);
            }
            return;
        }
        long now = System.nanoTime();
        if (inFlight >= maxInFlight) {
            // The end of a request continues.
            return;
        }
        if (!availability.isAvailable() && now - nextScan < 0) {
            wakeUpAfter(nextScan - now);
            return;
        }
        List<ExamineePendingChanges> blocked = new ArrayList<>();
        for (ExamineePendingChanges examineeChanges = pendingChanges.pollDue(now);
                examineeChanges != null;
                examineeChanges = pendingChanges.pollDue(now)) {
            if (!start(examineeChanges, now)) {
                blocked.add(examineeChanges);
                if (inFlight >= maxInFlight) {
                    break;
                }
            }
        }
        blocked.forEach(pendingChanges::putBack);
        long untilAvailable = Math.min(availability.delay(now), probeNanos);
        nextScan = now + untilAvailable;
        wakeUpAfter(Math.max(pendingChanges.delay(now), untilAvailable));
    }

    /** Returns whether the examinee's first change is in process now. */
    private boolean start(ExamineePendingChanges examineeChanges, long now) {
        WebhookDelivery delivery = examineeChanges.head();
        String payload = delivery.event().payload();
        if (payload == null) {
            deadLetter(examineeChanges, delivery, delivery.event().invalid());
            return true;
        }
        if (inFlight < maxInFlight && availability.tryAcquire(now)) {
            attempt(examineeChanges, delivery, payload);
            return true;
        }
        if (!availability.isAvailable() && isExpired(delivery)) {
            deadLetter(examineeChanges, delivery, availability.lastFailure());
            return true;
        }
        return false;
    }

    private void wakeUpAfter(long nanos) {
        if (wakeUp != null) {
            wakeUp.cancel(false);
            wakeUp = null;
        }
        if (nanos < UNLIMITED.toNanos()) {
            wakeUp = executor.schedule(() -> run(this::dispatch), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private boolean isExpired(WebhookDelivery delivery) {
        return delivery.timeSincePublished().compareTo(giveUpAfter) >= 0;
    }

    private void attempt(ExamineePendingChanges examineeChanges, WebhookDelivery delivery, String payload) {
        inFlight++;
        long since = System.nanoTime();
        client.send(delivery.event().id(), payload)
                .thenAccept(
                        attempt -> run(() -> onResult(examineeChanges, delivery, attempt, System.nanoTime() - since)));
    }

    private void onResult(
            ExamineePendingChanges examineeChanges, WebhookDelivery delivery, AttemptResult attempt, long nanos) {
        inFlight--;
        long now = System.nanoTime();
        metrics.recordAttempt(endpoint.name(), attempt.outcome(), nanos);
        boolean recovered = availability.onResult(attempt, now);
        if (attempt.isSuccess()) {
            metrics.countDelivered(endpoint.name());
            pendingChanges.finish(examineeChanges, delivery, now);
        } else if (isExpired(delivery)) {
            deadLetter(examineeChanges, delivery, attempt.reason());
        } else {
            log.debug("webhook {} to {} is retried: {}", delivery.event().id(), endpoint.name(), attempt.reason());
            Duration atLeast = attempt.retryAfter();
            pendingChanges.retry(
                    examineeChanges,
                    now,
                    atLeast == null ? IMMEDIATELY : atLeast,
                    giveUpAfter.minus(delivery.timeSincePublished()));
        }
        if (recovered) {
            pendingChanges.retryAll(now);
        }
        dispatch();
    }

    private void deadLetter(ExamineePendingChanges examineeChanges, WebhookDelivery delivery, String reason) {
        WebhookEvent event = delivery.event();
        publisher
                .publishAsync(OutboundMessage.webhookDeadLetter(
                        endpoint.queue(), event.properties(), event.message().getBody(), reason))
                .whenComplete((confirmed, failure) -> run(() -> {
                    long now = System.nanoTime();
                    if (failure == null) {
                        metrics.countDeadLetter(endpoint.name());
                        log.info("webhook {} to {} is a dead letter: {}", event.id(), endpoint.name(), reason);
                        pendingChanges.finish(examineeChanges, delivery, now);
                    } else {
                        log.debug("webhook {} stays in its queue", event.id(), failure);
                        pendingChanges.retry(examineeChanges, now, IMMEDIATELY, UNLIMITED);
                    }
                    dispatch();
                }));
    }
}
