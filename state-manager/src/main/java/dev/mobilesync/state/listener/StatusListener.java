package dev.mobilesync.state.listener;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Channel;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.StateEvent;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.state.transition.Outcome;
import dev.mobilesync.state.transition.StateService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;

/**
 * Consumes {@code status_queue}: decodes a message, applies it, publishes the broadcast, and then acknowledges. A
 * message that fails stays unacknowledged and is retried while the next ones are processed. A message that cannot be
 * processed becomes a dead letter.
 */
final class StatusListener implements ChannelAwareMessageListener {

    private static final Logger log = LoggerFactory.getLogger(StatusListener.class);
    private static final int FAILURE_THRESHOLD = 8;

    private final StateService stateService;
    private final ConfirmedPublisher publisher;
    private final RetryScheduler retryScheduler;
    private final MeterRegistry meters;
    private final Clock clock;
    private final CircuitBreaker redisAndBroker;
    /** Separate, because dead letters do not need Redis. */
    private final CircuitBreaker deadLetterQueue;

    StatusListener(
            StateService stateService,
            ConfirmedPublisher publisher,
            RetryScheduler retryScheduler,
            MeterRegistry meters,
            Clock clock,
            Duration probeInterval) {
        this.stateService = stateService;
        this.publisher = publisher;
        this.retryScheduler = retryScheduler;
        this.meters = meters;
        this.clock = clock;
        this.redisAndBroker = new CircuitBreaker("Redis or the broker", FAILURE_THRESHOLD, probeInterval);
        this.deadLetterQueue = new CircuitBreaker("the dead letter queue", FAILURE_THRESHOLD, probeInterval);
    }

    @Override
    public void onMessage(Message message, @Nullable Channel channel) {
        retryScheduler.process(new Delivery(message, requireNonNull(channel)), this);
    }

    /** Makes one attempt. Throws if the message must be retried. */
    void process(Delivery delivery) {
        StateEvent event;
        try {
            event = MessageCodec.decode(delivery.body(), StateEvent.class);
        } catch (InvalidMessageException e) {
            deadLetter(delivery, "unknown", String.valueOf(e.getMessage()));
            return;
        }
        try {
            redisAndBroker.run(() -> {
                Outcome outcome = stateService.apply(event, delivery.messageId());
                stateService.publish(outcome);
                delivery.ack();
                count(event.type().wireName(), outcome.label());
            });
        } catch (UnreadableRecordException e) {
            publishFailure(delivery, event, "the record is unreadable; an operator must repair it");
            deadLetter(delivery, event.type().wireName(), "unreadable record: " + e.getMessage());
        }
    }

    private void deadLetter(Delivery delivery, String type, String reason) {
        deadLetterQueue.run(() -> {
            publisher.publish(OutboundMessage.deadLetter(delivery.properties(), delivery.body(), reason));
            delivery.ack();
            count(type, "DEAD_LETTER");
            log.warn("message {} is a dead letter: {}", delivery.messageId(), reason);
        });
    }

    /** Notifies the clients of a delayed message. */
    void publishDelay(Delivery delivery) {
        try {
            StateEvent event = MessageCodec.decode(delivery.body(), StateEvent.class);
            publishFailure(delivery, event, "the state cannot be written at the moment; the service retries");
        } catch (InvalidMessageException e) {
            // An invalid message names no clients.
        }
    }

    private void publishFailure(Delivery delivery, StateEvent event, String message) {
        MobileSyncFailed failed = new MobileSyncFailed(
                event.planId(),
                event.examineeId(),
                event instanceof MobileSyncStatus status ? status.deviceId() : null,
                Status.FAILED,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                SyncError.of(ErrorCode.STATE_CHANGE_FAILED, message));
        publisher.publish(OutboundMessage.broadcast(
                failed, AmqpNames.messageId(delivery.messageId(), ErrorCode.STATE_CHANGE_FAILED.name())));
    }

    private void count(String type, String outcome) {
        meters.counter("mobile.sync.outcomes", "type", type, "outcome", outcome).increment();
    }
}
