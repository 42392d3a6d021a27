package dev.mobilesync.socket.request;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.request.OrderAudit;
import dev.mobilesync.service.resilience.JitteredBackOff;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import dev.mobilesync.socket.stomp.StompMessage;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Publishes entries into the step and orders to {@code status_queue}. Sends the requested receipt when the broker has confirmed.
 *
 * <p>If an entry cannot be published, the examinee is notified: {@code mobile_sync_failed} with
 * {@code STATUS_PUBLISH_FAILED} on its subscription, or an ERROR frame if it has none. The entry is retried while the
 * connection is open. An order is not retried, because the proctor must know when it takes effect: the proctor receives an
 * ERROR frame and may repeat the order.
 *
 * <p>{@link SerialPublishers} keep an examinee's orders ordered.
 */
@Component
final class StatusQueuePublisher implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(StatusQueuePublisher.class);
    private static final int MAX_STEP_ENTRIES = 100_000;
    private static final int MAX_REQUESTS_PER_STEP_ENTRY = 100;
    private static final BackOff BACK_OFF = new JitteredBackOff(Duration.ofSeconds(1), Duration.ofSeconds(3));

    private final Hub hub;
    private final SocketExecutors executors;
    private final Clock clock;
    private final SerialPublishers serialPublishers;
    private final ConcurrentMap<ExamineeKey, PendingStepEntry> stepEntries = new ConcurrentHashMap<>();

    StatusQueuePublisher(
            ConfirmedPublisher publisher, Hub hub, SocketExecutors executors, Clock clock, MeterRegistry meters) {
        this.hub = hub;
        this.executors = executors;
        this.clock = clock;
        this.serialPublishers = new SerialPublishers("status-queue", publisher, meters);
    }

    /**
     * Publishes that the examinee enters the step. An entry of the same examinee that is not confirmed yet is shared.
     *
     * @param name the examinee's, from the token
     */
    void publishStepEntry(StompSession session, ExamineeKey examinee, @Nullable String name, @Nullable String receipt) {
        if (stepEntries.size() >= MAX_STEP_ENTRIES) {
            throw new FrameRejectedException(DisconnectReason.OVERLOADED);
        }
        StepEntryRequest request = new StepEntryRequest(session, receipt);
        PendingStepEntry created = new PendingStepEntry(examinee, name);
        PendingStepEntry entry = stepEntries.compute(examinee, (key, present) -> {
            PendingStepEntry joined = present == null ? created : present;
            if (joined.requests.size() >= MAX_REQUESTS_PER_STEP_ENTRY) {
                throw new FrameRejectedException(DisconnectReason.TOO_MANY_REQUESTS);
            }
            joined.requests.add(request);
            joined.unnotified.add(request);
            return joined;
        });
        if (entry == created) {
            submit(entry);
        } else if (entry.failed) {
            notifyFailure(entry);
        }
    }

    /**
     * Publishes a proctor's order. Writes one audit line before publishing, because after a crash the order may take effect
     * although no result was logged, and one line with the result.
     */
    void publishOrder(
            StompSession session, MobileSyncOrder order, AuthenticatedCaller.Proctor by, @Nullable String receipt) {
        OutboundMessage message = OutboundMessage.toStatusQueue(
                order,
                AmqpNames.messageId(
                        order.planId(),
                        order.examineeId(),
                        "order",
                        order.order().name(),
                        order.by(),
                        order.timestamp().toString()));
        SerialPublishers.SerialPublisher serialPublisher = publisherOf(order.examinee());
        try {
            serialPublisher.execute(() -> {
                audit(order, by, "publishing");
                if (serialPublisher.publish(message)) {
                    audit(order, by, "confirmed");
                    session.sendReceipt(receipt);
                } else {
                    audit(order, by, "unconfirmed");
                    session.disconnect(DisconnectReason.STATUS_PUBLISH_FAILED, receipt);
                }
            });
        } catch (RejectedExecutionException e) {
            audit(order, by, "rejected");
            throw new FrameRejectedException(DisconnectReason.OVERLOADED);
        }
    }

    private static void audit(MobileSyncOrder order, AuthenticatedCaller.Proctor by, String result) {
        OrderAudit.of(order, by).with("result", result).write();
    }

    SerialPublishers.SerialPublisher publisherOf(ExamineeKey examinee) {
        return serialPublishers.of(examinee);
    }

    private void submit(PendingStepEntry entry) {
        try {
            publisherOf(entry.examinee).execute(() -> publish(entry));
        } catch (RejectedExecutionException e) {
            notifyFailure(entry);
            scheduleRetry(entry);
        }
    }

    private void publish(PendingStepEntry entry) {
        if (stepEntries.computeIfPresent(entry.examinee, (key, present) -> present.hasOpenRequests() ? present : null)
                == null) {
            return;
        }
        // The time of this attempt: the entry must not count as older than events during an outage of the broker.
        Instant now = now();
        MobileSyncWait message =
                new MobileSyncWait(entry.examinee.planId(), entry.examinee.examineeId(), now, entry.name);
        String messageId =
                AmqpNames.messageId(entry.examinee.planId(), entry.examinee.examineeId(), "wait", now.toString());
        if (publisherOf(entry.examinee).publish(OutboundMessage.toStatusQueue(message, messageId))) {
            PendingStepEntry done = stepEntries.remove(entry.examinee);
            if (done != null) {
                done.requests.forEach(request -> request.session.sendReceipt(request.receipt));
            }
        } else {
            notifyFailure(entry);
            scheduleRetry(entry);
        }
    }

    private void scheduleRetry(PendingStepEntry entry) {
        executors.timer().schedule(() -> submit(entry), entry.pauses.nextBackOff(), TimeUnit.MILLISECONDS);
    }

    /** Notifies each request of the entry once, whichever thread comes first. */
    private void notifyFailure(PendingStepEntry entry) {
        List<StepEntryRequest> unnotified = new ArrayList<>();
        stepEntries.computeIfPresent(entry.examinee, (key, present) -> {
            if (present == entry) {
                entry.failed = true;
                unnotified.addAll(entry.unnotified);
                entry.unnotified.clear();
            }
            return present;
        });
        unnotified.forEach(request -> notifyFailure(entry.examinee, request));
    }

    private void notifyFailure(ExamineeKey examinee, StepEntryRequest request) {
        String text = DisconnectReason.STATUS_PUBLISH_FAILED.text();
        Optional<Subscription> own = request.session.subscriptions().stream()
                .filter(subscription -> subscription.topic() instanceof ExamineeTopic)
                .findFirst();
        if (own.isEmpty()) {
            request.session.disconnect(DisconnectReason.STATUS_PUBLISH_FAILED, text, request.receipt);
            return;
        }
        MobileSyncFailed failed = new MobileSyncFailed(
                examinee.planId(),
                examinee.examineeId(),
                null,
                Status.FAILED,
                now(),
                SyncError.of(ErrorCode.STATUS_PUBLISH_FAILED, text));
        hub.send(own.get(), new StompMessage(null, UUID.randomUUID().toString(), MessageCodec.encode(failed)));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public void destroy() {
        serialPublishers.shutdown();
    }

    /** The connection that sent an entry, and the receipt that it requested. */
    private record StepEntryRequest(
            StompSession session, @Nullable String receipt) {}

    /** An entry that is not confirmed yet. Its fields change only inside the map's {@code compute} methods. */
    private static final class PendingStepEntry {

        private final ExamineeKey examinee;
        private final @Nullable String name;
        private final List<StepEntryRequest> requests = new ArrayList<>(1);
        /** The requests that were not notified of a failure. */
        private final List<StepEntryRequest> unnotified = new ArrayList<>(1);

        private final BackOffExecution pauses = BACK_OFF.start();
        private volatile boolean failed;

        private PendingStepEntry(ExamineeKey examinee, @Nullable String name) {
            this.examinee = examinee;
            this.name = name;
        }

        private boolean hasOpenRequests() {
            requests.removeIf(request -> !request.session.isOpen());
            return !requests.isEmpty();
        }
    }
}
