package dev.mobilesync.socket.session;

import dev.mobilesync.socket.stomp.Destinations;
import dev.mobilesync.socket.stomp.StompMessage;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.Destinations.PlanTopic;
import dev.mobilesync.socket.stomp.Destinations.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/**
 * Who is subscribed to what. Destinations are matched exactly, so a message costs one look-up per destination and one
 * send per subscriber, however many are connected.
 */
@Component
public final class Hub {

    private final ConcurrentMap<String, List<Subscription>> byDestination = new ConcurrentHashMap<>();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final Counter sent;

    Hub(MeterRegistry meters) {
        Gauge.builder("mobile.sync.socket.subscriptions", subscriptions, AtomicInteger::get)
                .description("Subscriptions in force")
                .register(meters);
        sent = Counter.builder("mobile.sync.socket.messages")
                .description("Messages sent to subscribers")
                .register(meters);
    }

    void add(Subscription subscription) {
        byDestination.compute(subscription.destination(), (destination, present) -> {
            List<Subscription> more = present == null ? new ArrayList<>(1) : new ArrayList<>(present);
            more.add(subscription);
            return List.copyOf(more);
        });
        subscriptions.incrementAndGet();
    }

    void remove(Subscription subscription) {
        subscription.cancel();
        byDestination.computeIfPresent(subscription.destination(), (destination, present) -> {
            List<Subscription> fewer = new ArrayList<>(present);
            if (fewer.remove(subscription)) {
                subscriptions.decrementAndGet();
            }
            return fewer.isEmpty() ? null : List.copyOf(fewer);
        });
    }

    /** Tells the examinee and the plan's proctors. */
    public void broadcast(ExamineeKey examinee, StompMessage message) {
        send(StompTopics.examinee(examinee), message);
        send(StompTopics.plan(examinee.planId()), message);
    }

    /** Tells one subscriber, unless it knows that or something newer. */
    public void send(Subscription subscription, StompMessage message) {
        offer(subscription, message, message.to(subscription.destination()));
    }

    private void send(String destination, StompMessage message) {
        List<Subscription> subscribers = byDestination.get(destination);
        if (subscribers != null) {
            StompMessage.Frame frame = message.to(destination);
            for (Subscription subscriber : subscribers) {
                offer(subscriber, message, frame);
            }
        }
    }

    private void offer(Subscription subscription, StompMessage message, StompMessage.Frame frame) {
        if (subscription.offer(message.revision(), frame)) {
            sent.increment();
        }
    }

    /** The subscriptions of examinees to themselves, as of about now. */
    public List<Subscription> ofExaminees() {
        return ofKind(ExamineeTopic.class);
    }

    /** The subscriptions of proctors to plans, as of about now. */
    public List<Subscription> ofProctors() {
        return ofKind(PlanTopic.class);
    }

    private List<Subscription> ofKind(Class<? extends Topic> kind) {
        List<Subscription> found = new ArrayList<>();
        for (List<Subscription> subscribers : byDestination.values()) {
            if (kind.isInstance(subscribers.get(0).topic())) {
                found.addAll(subscribers);
            }
        }
        return found;
    }
}
