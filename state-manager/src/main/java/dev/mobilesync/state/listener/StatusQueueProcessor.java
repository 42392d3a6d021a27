package dev.mobilesync.state.listener;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.state.transition.Outcome;
import dev.mobilesync.state.transition.StateChange;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one attempt to process a batch of messages: applies them, publishes the broadcasts, and acknowledges each message
 * whose broadcast is confirmed. A message that cannot be processed becomes a dead letter. Each message fails alone.
 */
final class StatusQueueProcessor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StatusQueueProcessor.class);
    private static final int FAILURE_THRESHOLD = 8;

    /** A delivery that must be retried. */
    record Failed(StatusQueueDelivery delivery, RuntimeException failure) {}

    private final StateService stateService;
    private final ConfirmedPublisher publisher;
    private final StatusQueueMetrics metrics;
    private final Clock clock;
    private final StateChangeFaultInjector faultInjector;
    private final CircuitBreaker redisAndBrokerBreaker;
    /** Separate, because dead letters do not need Redis. */
    private final CircuitBreaker deadLetterBreaker;

    /** Separate, because an acknowledgement may block and the thread that reads confirms must not. */
    private final ExecutorService acknowledger = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "acknowledger");
        thread.setDaemon(true);
        return thread;
    });

    StatusQueueProcessor(
            StateService stateService,
            ConfirmedPublisher publisher,
            MeterRegistry meters,
            Clock clock,
            StateChangeFaultInjector faultInjector,
            Duration probeInterval) {
        this.stateService = stateService;
        this.publisher = publisher;
        this.metrics = new StatusQueueMetrics(meters);
        this.clock = clock;
        this.faultInjector = faultInjector;
        this.redisAndBrokerBreaker = new CircuitBreaker("Redis or the broker", FAILURE_THRESHOLD, probeInterval);
        this.deadLetterBreaker = new CircuitBreaker("the dead letter queue", FAILURE_THRESHOLD, probeInterval);
        CircuitBreaker.register(meters, "state-change", List.of(redisAndBrokerBreaker));
        CircuitBreaker.register(meters, "dead-letters", List.of(deadLetterBreaker));
    }

    /**
     * Makes one attempt. Returns when the broadcasts are handed to the publisher; the result completes when each message is acknowledged
     * or has failed.
     *
     * @param batch at most one message of each examinee, in addition to invalid messages
     */
    CompletableFuture<List<Failed>> process(List<StatusQueueDelivery> batch) {
        List<StateChange> changes = new ArrayList<>();
        List<CompletableFuture<@Nullable Outcome>> results =
                batch.stream().map(delivery -> process(delivery, changes)).toList();
        stateService.applyAll(changes);
        return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
                .handleAsync((done, anyFailure) -> acknowledge(batch, results), acknowledger);
    }

    private CompletableFuture<@Nullable Outcome> process(StatusQueueDelivery delivery, List<StateChange> changes) {
        try {
            return start(delivery, changes);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Adds the change that the message makes, and what follows it: {@link StateService#applyAll} later completes the outcome of the
     * change, which publishes and counts.
     *
     * @return the published outcome, or {@code null} if the message is a dead letter
     */
    private CompletableFuture<@Nullable Outcome> start(StatusQueueDelivery delivery, List<StateChange> changes) {
        StatusQueueMessage event = delivery.event();
        if (event == null) {
            return deadLetter(delivery, null, delivery.invalidReason());
        }
        return redisAndBrokerBreaker
                .runAsync(() -> {
                    StateChange change = stateService.change(event, delivery.messageId());
                    changes.add(change);
                    return delivery.trace()
                            .recordSaving(event, change.outcome())
                            .thenCompose(outcome -> publish(delivery, event, outcome));
                })
                .exceptionallyCompose(failure -> unwrap(failure) instanceof UnreadableRecordException unreadable
                        ? rejectUnreadable(delivery, event, unreadable)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<@Nullable Outcome> publish(
            StatusQueueDelivery delivery, StatusQueueMessage event, Outcome outcome) {
        metrics.recordApplied(delivery);
        CompletableFuture<@Nullable Void> before = faultInjector.reportsDelay(event.examinee())
                ? publishDelay(delivery)
                : CompletableFuture.completedFuture(null);
        return before.thenCompose(reported ->
                        delivery.trace().call(() -> stateService.publishAsync(outcome, delivery.broadcastHeaders())))
                .thenApply(published -> {
                    metrics.count(event.type(), outcome);
                    return outcome;
                });
    }

    private CompletableFuture<@Nullable Outcome> rejectUnreadable(
            StatusQueueDelivery delivery, StatusQueueMessage event, UnreadableRecordException unreadable) {
        return publishFailure(delivery, event, "the record is unreadable; an operator must repair it", false)
                .thenCompose(notified ->
                        deadLetter(delivery, event.type(), "unreadable record: " + unreadable.getMessage()));
    }

    private CompletableFuture<@Nullable Outcome> deadLetter(
            StatusQueueDelivery delivery, @Nullable MessageType type, String reason) {
        return deadLetterBreaker
                .runAsync(() -> delivery.trace()
                        .call(() -> publisher.publishAsync(
                                OutboundMessage.deadLetter(delivery.properties(), delivery.body(), reason))))
                .thenApply(published -> {
                    metrics.countDeadLetter(type);
                    log.warn("message {} is a dead letter: {}", delivery.messageId(), reason);
                    return null;
                });
    }

    /** Notifies the clients of a delayed message. An invalid message names no clients. */
    CompletableFuture<@Nullable Void> publishDelay(StatusQueueDelivery delivery) {
        StatusQueueMessage event = delivery.event();
        return event == null
                ? CompletableFuture.completedFuture(null)
                : publishFailure(
                        delivery, event, "the state cannot be written at the moment; the service retries", true);
    }

    private CompletableFuture<@Nullable Void> publishFailure(
            StatusQueueDelivery delivery, StatusQueueMessage event, String message, boolean retryable) {
        MobileSyncFailed failed = new MobileSyncFailed(
                event.planId(),
                event.examineeId(),
                event instanceof MobileSyncStatus status ? status.deviceId() : null,
                Status.FAILED,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                new SyncError(ErrorCode.STATE_CHANGE_FAILED, message, retryable));
        String id = AmqpNames.messageId(delivery.messageId(), ErrorCode.STATE_CHANGE_FAILED.name());
        return delivery.trace()
                .call(() -> publisher.publishAsync(OutboundMessage.broadcast(failed, id)
                        .withHeaders(delivery.trace().headers())));
    }

    /** Acknowledges what was successful, with few frames per channel, and returns the rest. */
    private List<Failed> acknowledge(
            List<StatusQueueDelivery> batch, List<CompletableFuture<@Nullable Outcome>> results) {
        Map<ChannelAcknowledgements, List<Long>> finished = new HashMap<>();
        List<Failed> failed = new ArrayList<>();
        List<Outcome> published = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            StatusQueueDelivery delivery = batch.get(i);
            RuntimeException failure = failure(results.get(i));
            if (failure == null) {
                Outcome outcome = results.get(i).join();
                if (outcome != null) {
                    published.add(outcome);
                }
                finished.computeIfAbsent(delivery.acknowledgements(), channel -> new ArrayList<>())
                        .add(delivery.tag());
                delivery.trace().stop();
            } else {
                failed.add(new Failed(delivery, failure));
            }
        }
        stateService.removeUnpublishedMarks(published);
        finished.forEach(ChannelAcknowledgements::acknowledge);
        return failed;
    }

    private static @Nullable RuntimeException failure(CompletableFuture<?> result) {
        return result.handle((done, failure) -> {
                    Throwable cause = unwrap(failure);
                    return cause == null || cause instanceof RuntimeException
                            ? (RuntimeException) cause
                            : new CompletionException(cause);
                })
                .join();
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void close() {
        acknowledger.shutdown();
    }
}
