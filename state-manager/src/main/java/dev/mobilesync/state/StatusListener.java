package dev.mobilesync.state;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.Channel;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.StateInput;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.Publication;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
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

    private final StateChanges changes;
    private final ConfirmedPublisher publisher;
    private final Parking parking;
    private final MeterRegistry meters;
    private final Clock clock;

    StatusListener(
            StateChanges changes, ConfirmedPublisher publisher, Parking parking, MeterRegistry meters, Clock clock) {
        this.changes = changes;
        this.publisher = publisher;
        this.parking = parking;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public void onMessage(Message message, @Nullable Channel channel) {
        parking.run(new Consumption(new Delivery(message, requireNonNull(channel))));
    }

    private void consume(Delivery delivery) {
        StateInput input;
        try {
            input = MessageCodec.decode(delivery.body(), StateInput.class);
        } catch (InvalidMessageException e) {
            refuse(delivery, String.valueOf(e.getMessage()));
            return;
        }
        Outcome outcome = changes.apply(input, delivery.messageId());
        delivery.ack();
        count(input.type().wireName(), outcome.label());
    }

    private void refuse(Delivery delivery, String reason) {
        publisher.publish(Publication.deadLetter(delivery.properties(), delivery.body(), reason));
        delivery.ack();
        count("unknown", "DEAD_LETTER");
        log.warn("message {} is a dead letter: {}", delivery.messageId(), reason);
    }

    private void tellOfDelay(Delivery delivery) {
        StateInput input;
        try {
            input = MessageCodec.decode(delivery.body(), StateInput.class);
        } catch (InvalidMessageException e) {
            return;
        }
        MobileSyncFailed failed = new MobileSyncFailed(
                input.planId(),
                input.examineeId(),
                input instanceof MobileSyncStatus status ? status.deviceId() : null,
                Status.FAILED,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                SyncError.of(
                        ErrorCode.STATE_CHANGE_FAILED, "the state cannot be written at the moment; it is tried on"));
        publisher.publish(Publication.broadcast(
                failed, Topology.messageId(delivery.messageId(), ErrorCode.STATE_CHANGE_FAILED.name())));
    }

    private void count(String type, String outcome) {
        meters.counter("mobile.sync.outcomes", "type", type, "outcome", outcome).increment();
    }

    private final class Consumption implements Parking.Work {

        private final Delivery delivery;

        private Consumption(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public void attempt() {
            consume(delivery);
        }

        @Override
        public void tellOfDelay() {
            StatusListener.this.tellOfDelay(delivery);
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
