package dev.mobilesync.state;

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
 * Takes facts and orders from {@code status_queue}. A message is acknowledged when its change is written and told, or
 * when it is among the dead letters; one that has to wait is parked, unacknowledged, and the next one is taken.
 */
final class StatusListener implements ChannelAwareMessageListener {

    private static final Logger log = LoggerFactory.getLogger(StatusListener.class);

    private final CircuitBreaker redisAndBroker;
    private final CircuitBreaker broker;
    private final StateService changes;
    private final ConfirmedPublisher publisher;
    private final RetryScheduler parking;
    private final MeterRegistry meters;
    private final Clock clock;

    StatusListener(
            StateService changes,
            ConfirmedPublisher publisher,
            RetryScheduler parking,
            MeterRegistry meters,
            Clock clock,
            Duration probeInterval) {
        this.redisAndBroker = new CircuitBreaker("Redis or the broker", probeInterval);
        this.broker = new CircuitBreaker("the broker, for dead letters", probeInterval);
        this.changes = changes;
        this.publisher = publisher;
        this.parking = parking;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void onMessage(Message message, @Nullable Channel channel) {
        Delivery delivery = new Delivery(message, requireNonNull(channel));
        try {
            parking.run(
                    redisAndBroker, new ApplyTask(delivery, MessageCodec.decode(delivery.body(), StateEvent.class)));
        } catch (InvalidMessageException e) {
            parking.run(broker, new DeadLetterTask(delivery, String.valueOf(e.getMessage())));
        }
    }

    private void count(String type, String outcome) {
        meters.counter("mobile.sync.outcomes", "type", type, "outcome", outcome).increment();
    }

    /** A message that may change something. */
    private final class ApplyTask extends MessageTask {

        private final StateEvent input;

        private ApplyTask(Delivery delivery, StateEvent input) {
            super(delivery);
            this.input = input;
        }

        @Override
        public void attempt() {
            Outcome outcome;
            try {
                outcome = changes.apply(input, delivery.messageId());
            } catch (UnreadableRecordException e) {
                publishFailure("the state cannot be read; an operator has to repair it");
                deadLetter(input.type().wireName(), "unreadable record: " + e.getMessage());
                return;
            }
            delivery.ack();
            count(input.type().wireName(), outcome.label());
        }

        @Override
        public void tellOfDelay() {
            publishFailure("the state cannot be written at the moment; the service keeps trying");
        }

        private void publishFailure(String message) {
            MobileSyncFailed failed = new MobileSyncFailed(
                    input.planId(),
                    input.examineeId(),
                    input instanceof MobileSyncStatus status ? status.deviceId() : null,
                    Status.FAILED,
                    clock.instant().truncatedTo(ChronoUnit.MILLIS),
                    SyncError.of(ErrorCode.STATE_CHANGE_FAILED, message));
            publisher.publish(OutboundMessage.broadcast(
                    failed, AmqpNames.messageId(delivery.messageId(), ErrorCode.STATE_CHANGE_FAILED.name())));
        }
    }

    /** A message that can never be processed. It needs no Redis, and concerns nobody who could be told. */
    private final class DeadLetterTask extends MessageTask {

        private final String reason;

        private DeadLetterTask(Delivery delivery, String reason) {
            super(delivery);
            this.reason = reason;
        }

        @Override
        public void attempt() {
            deadLetter("unknown", reason);
        }

        @Override
        public void tellOfDelay() {}
    }

    private abstract class MessageTask implements RetryScheduler.RetryableTask {

        final Delivery delivery;

        private MessageTask(Delivery delivery) {
            this.delivery = delivery;
        }

        void deadLetter(String type, String reason) {
            publisher.publish(OutboundMessage.deadLetter(delivery.properties(), delivery.body(), reason));
            delivery.ack();
            count(type, "DEAD_LETTER");
            log.warn("message {} is a dead letter: {}", delivery.messageId(), reason);
        }

        @Override
        public boolean inHand() {
            return delivery.inHand();
        }

        @Override
        public String id() {
            return delivery.messageId();
        }
    }
}
