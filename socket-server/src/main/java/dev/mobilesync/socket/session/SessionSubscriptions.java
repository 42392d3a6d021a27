package dev.mobilesync.socket.session;

import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The subscriptions of one session. Each of them is active in the hub until it is removed or the session ends. */
final class SessionSubscriptions {

    private final Hub hub;
    private final int max;
    private final Map<String, Subscription> byId = new HashMap<>(2);
    private boolean ended;

    SessionSubscriptions(Hub hub, int max) {
        this.hub = hub;
        this.max = max;
    }

    /**
     * Activates the subscription, unless the session has ended.
     *
     * @throws FrameRejectedException if the session has the most subscriptions allowed, or one with the same id
     */
    synchronized void add(Subscription subscription) {
        if (ended) {
            return;
        }
        if (byId.size() >= max) {
            throw new FrameRejectedException(DisconnectReason.INVALID_REQUEST, "too many subscriptions");
        }
        if (byId.putIfAbsent(subscription.id(), subscription) != null) {
            throw new FrameRejectedException(DisconnectReason.INVALID_REQUEST, "id is already in use");
        }
        hub.add(subscription);
    }

    synchronized void remove(String id) {
        Subscription removed = byId.remove(id);
        if (removed != null) {
            hub.remove(removed);
        }
    }

    synchronized List<Subscription> all() {
        return List.copyOf(byId.values());
    }

    /** Removes all subscriptions. Later ones are ignored. */
    synchronized void end() {
        ended = true;
        byId.values().forEach(hub::remove);
        byId.clear();
    }
}
