package dev.mobilesync.socket.command;

import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import dev.mobilesync.socket.stomp.StompMessage;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.AuditEvent;
import dev.mobilesync.service.ConfirmedPublisher;
import dev.mobilesync.service.OutboundMessage;
import dev.mobilesync.service.PublishFailedException;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Brings what browsers send to {@code status_queue}. The receipt that a frame asked for is sent once the broker has
 * confirmed.
 *
 * <p>A wait that could not be published is told to the examinee ({@code mobile_sync_failed} with
 * {@code STATUS_PUBLISH_FAILED} to its own subscription, an ERROR frame where it has none) and published when the broker
 * is back, as long as the connection lives: nobody has to press a key. An order is not: a proctor should know when it
 * counts, so a failure is an ERROR frame, and the order may be given again.
 *
 * <p>Each examinee's messages go through one of a few lanes, one after the other, so that two orders keep their order.
 */
@Component
final class StatusQueuePublisher implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(StatusQueuePublisher.class);
    private static final int LANES = 16;
    private static final int MAX_QUEUED_PER_LANE = 10_000;
    private static final int MAX_WAITS = 100_000;
    private static final int MAX_ASKERS_PER_WAIT = 100;
    private static final Duration FAIL_FAST = Duration.ofSeconds(1);
    private static final Duration MIN_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(3);

    private final ConfirmedPublisher publisher;
    private final Hub hub;
    private final SocketExecutors threads;
    private final Clock clock;
    private final List<PublishLane> lanes;
    private final ConcurrentMap<ExamineeKey, PendingWait> waits = new ConcurrentHashMap<>();

    StatusQueuePublisher(ConfirmedPublisher publisher, Hub hub, SocketExecutors threads, Clock clock) {
        this.publisher = publisher;
        this.hub = hub;
        this.threads = threads;
        this.clock = clock;
        this.lanes = IntStream.range(0, LANES).mapToObj(PublishLane::new).toList();
    }

    /** The examinee enters the step. One that is being published already takes this one along. */
    void enter(StompSession session, ExamineeKey examinee, @Nullable String receipt) {
        if (waits.size() >= MAX_WAITS) {
            throw new FrameRejectedException(DisconnectReason.OVERLOADED);
        }
        WaitRequest asker = new WaitRequest(session, receipt);
        PendingWait fresh = new PendingWait(examinee);
        PendingWait wait = waits.compute(examinee, (key, present) -> {
            PendingWait joined = present == null ? fresh : present;
            if (joined.askers.size() >= MAX_ASKERS_PER_WAIT) {
                throw new FrameRejectedException(DisconnectReason.TOO_MANY_REQUESTS);
            }
            joined.askers.add(asker);
            return joined;
        });
        if (wait == fresh) {
            submit(wait);
        } else if (wait.failed) {
            tellOfFailure(examinee, asker);
        }
    }

    /** A proctor's order; audited before it is sent, and when it is known whether the broker has it. */
    void order(StompSession session, MobileSyncOrder order, @Nullable String receipt) {
        OutboundMessage publication = OutboundMessage.toStatusQueue(
                order,
                AmqpNames.messageId(
                        order.planId(),
                        order.examineeId(),
                        "order",
                        order.order().name(),
                        order.by(),
                        order.timestamp().toString()));
        PublishLane lane = lane(order.examinee());
        try {
            lane.executor.execute(() -> {
                audit(order, "sent");
                if (lane.publish(publication)) {
                    audit(order, "confirmed");
                    session.confirm(receipt);
                } else {
                    audit(order, "unconfirmed");
                    session.disconnect(
                            DisconnectReason.STATUS_PUBLISH_FAILED,
                            DisconnectReason.STATUS_PUBLISH_FAILED.text(),
                            receipt);
                }
            });
        } catch (RejectedExecutionException e) {
            audit(order, "refused");
            throw new FrameRejectedException(DisconnectReason.OVERLOADED);
        }
    }

    /** The reason is what a person wrote about another, so only its length is told. */
    private static void audit(MobileSyncOrder order, String result) {
        AuditEvent.of("order")
                .with("role", "proctor")
                .with("who", order.by())
                .with("order", order.order())
                .with("plan", order.planId())
                .with("examinee", order.examineeId())
                .with("deadline", order.deadline())
                .with("reasonLength", order.reason().length())
                .with("result", result)
                .write();
    }

    private void submit(PendingWait wait) {
        try {
            lane(wait.examinee).executor.execute(() -> publish(wait));
        } catch (RejectedExecutionException e) {
            tryLater(wait);
        }
    }

    private void publish(PendingWait wait) {
        if (waits.computeIfPresent(wait.examinee, (key, present) -> present.hasAskers() ? present : null) == null) {
            return;
        }
        // The time of the attempt: the deadline that counts from it must not have passed while the broker was away.
        Instant now = now();
        MobileSyncWait message = new MobileSyncWait(wait.examinee.planId(), wait.examinee.examineeId(), now);
        String messageId =
                AmqpNames.messageId(wait.examinee.planId(), wait.examinee.examineeId(), "wait", now.toString());
        if (lane(wait.examinee).publish(OutboundMessage.toStatusQueue(message, messageId))) {
            PendingWait done = waits.remove(wait.examinee);
            if (done != null) {
                done.askers.forEach(asker -> asker.session.confirm(asker.receipt));
            }
        } else {
            List<WaitRequest> untold = new ArrayList<>();
            waits.computeIfPresent(wait.examinee, (key, present) -> {
                if (!present.failed) {
                    present.failed = true;
                    untold.addAll(present.askers);
                }
                return present;
            });
            untold.forEach(asker -> tellOfFailure(wait.examinee, asker));
            tryLater(wait);
        }
    }

    private void tryLater(PendingWait wait) {
        long delay = ThreadLocalRandom.current().nextLong(MIN_RETRY.toMillis(), MAX_RETRY.toMillis());
        threads.timer().schedule(() -> submit(wait), delay, TimeUnit.MILLISECONDS);
    }

    private void tellOfFailure(ExamineeKey examinee, WaitRequest asker) {
        String text = DisconnectReason.STATUS_PUBLISH_FAILED.text();
        Optional<Subscription> own = asker.session.subscriptions().stream()
                .filter(subscription -> subscription.topic() instanceof ExamineeTopic)
                .findFirst();
        if (own.isEmpty()) {
            asker.session.disconnect(DisconnectReason.STATUS_PUBLISH_FAILED, text, asker.receipt);
            return;
        }
        MobileSyncFailed failed = new MobileSyncFailed(
                examinee.planId(),
                examinee.examineeId(),
                null,
                Status.FAILED,
                now(),
                SyncError.of(ErrorCode.STATUS_PUBLISH_FAILED, text));
        hub.send(own.get(), StompMessage.of(null, UUID.randomUUID().toString(), MessageCodec.encode(failed)));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private PublishLane lane(ExamineeKey examinee) {
        return lanes.get(Math.floorMod(examinee.hashCode(), LANES));
    }

    @Override
    public void destroy() {
        lanes.forEach(lane -> lane.executor.shutdownNow());
    }

    /** Who sent a wait, and how it is to be told. */
    private record WaitRequest(
            StompSession session, @Nullable String receipt) {}

    /** A wait that is not confirmed yet. Its fields are touched inside the map's {@code compute} only. */
    private static final class PendingWait {

        private final ExamineeKey examinee;
        private final List<WaitRequest> askers = new ArrayList<>(1);
        private volatile boolean failed;

        private PendingWait(ExamineeKey examinee) {
            this.examinee = examinee;
        }

        private boolean hasAskers() {
            askers.removeIf(asker -> !asker.session.isOpen());
            return !askers.isEmpty();
        }
    }

    /** One thread that publishes. For a moment after a failure it does not even try, so that a jam clears fast. */
    private final class PublishLane {

        private final ThreadPoolExecutor executor;
        private long failFastUntil = System.nanoTime();

        private PublishLane(int number) {
            executor = SocketExecutors.pool("socket-publish-" + number, 1, MAX_QUEUED_PER_LANE);
        }

        private boolean publish(OutboundMessage publication) {
            if (System.nanoTime() - failFastUntil < 0) {
                return false;
            }
            try {
                publisher.publish(publication);
                return true;
            } catch (PublishFailedException e) {
                log.warn("could not publish to {}: {}", publication.routingKey(), e.getMessage());
            } catch (RuntimeException e) {
                log.error("could not publish to {}", publication.routingKey(), e);
            }
            failFastUntil = System.nanoTime() + FAIL_FAST.toNanos();
            return false;
        }
    }
}
