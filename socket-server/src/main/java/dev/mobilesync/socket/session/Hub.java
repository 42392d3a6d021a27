package dev.mobilesync.socket.session;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.Destinations.PlanTopic;
import dev.mobilesync.socket.stomp.Destinations.Topic;
import dev.mobilesync.socket.stomp.StompMessage;
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
 * Registry of subscriptions by destination. Destinations match exactly, so that a message costs one look-up per
 * destination and one send per subscriber, however many connections there are.
 */
@Component
public final class Hub {

    private final ConcurrentMap<String, List<Subscription>> byDestination = new ConcurrentHashMap<>();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final Counter sent;

    Hub(MeterRegistry meters) {
        Gauge.builder("mobile.sync.socket.subscriptions", subscriptions, AtomicInteger::get)
                .description("Active subscriptions")
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

    /** Sends the message to the examinee and to the plan's proctors. */
    public void broadcast(ExamineeKey examinee, StompMessage message) {
        send(StompTopics.examinee(examinee), message);
        send(StompTopics.plan(examinee.planId()), message);
    }

    /** Sends the message to the examinee's browser and phone alone. */
    public void signal(ExamineeKey examinee, StompMessage message) {
        send(StompTopics.examinee(examinee), message);
    }

    /** The current subscriptions to the examinee's topic. */
    public List<Subscription> subscriptions(ExamineeKey examinee) {
        return byDestination.getOrDefault(StompTopics.examinee(examinee), List.of());
    }

    /** Sends the message to one subscriber, unless it has received the same or a newer revision. */
    public void send(Subscription subscription, StompMessage message) {
        deliver(subscription, message, message.frameFor(subscription.destination()));
    }

    private void send(String destination, StompMessage message) {
        List<Subscription> subscribers = byDestination.get(destination);
        if (subscribers != null) {
            StompMessage.Frame frame = message.frameFor(destination);
            for (Subscription subscriber : subscribers) {
                deliver(subscriber, message, frame);
            }
        }
    }

    private void deliver(Subscription subscription, StompMessage message, StompMessage.Frame frame) {
        if (subscription.deliver(message.revision(), frame)) {
            sent.increment();
        }
    }

    /** The current subscriptions to examinees' topics. */
    public List<Subscription> examineeSubscriptions() {
        return subscriptionsTo(ExamineeTopic.class);
    }

    /** The current subscriptions to plans' topics. */
    public List<Subscription> planSubscriptions() {
        return subscriptionsTo(PlanTopic.class);
    }

    private List<Subscription> subscriptionsTo(Class<? extends Topic> kind) {
        List<Subscription> found = new ArrayList<>();
        for (List<Subscription> subscribers : byDestination.values()) {
            if (kind.isInstance(subscribers.get(0).topic())) {
                found.addAll(subscribers);
            }
        }
        return found;
    }
}
