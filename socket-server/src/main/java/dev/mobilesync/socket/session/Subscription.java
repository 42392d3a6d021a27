package dev.mobilesync.socket.session;

import dev.mobilesync.socket.stomp.StompMessage;
import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.Destinations.Topic;
import org.jspecify.annotations.Nullable;

/** One subscription of one connection. Its examinee's revisions only grow; a plan's many examinees are {@link Hub}'s. */
public final class Subscription {

    private static final long NOTHING_YET = -1;

    private final StompSession session;
    private final String id;
    private final String escapedId;
    private final String destination;
    private final Topic topic;
    private @Nullable String stateReceipt;
    private long lastRevision = NOTHING_YET;
    private volatile boolean cancelled;

    /**
     * @param stateReceipt what is to be confirmed once the state was sent, if anything
     */
    public Subscription(StompSession session, String id, String destination, Topic topic, @Nullable String stateReceipt) {
        this.session = session;
        this.id = id;
        this.escapedId = StompMessage.escape(id);
        this.destination = destination;
        this.topic = topic;
        this.stateReceipt = stateReceipt;
    }

    /** Sends the message, unless the subscriber knows that or something newer. */
    synchronized boolean offer(@Nullable Long revision, StompMessage.Frame frame) {
        if (cancelled) {
            return false;
        }
        if (revision != null && topic instanceof ExamineeTopic) {
            if (revision <= lastRevision) {
                return false;
            }
            lastRevision = revision;
        }
        session.send(frame.forSubscription(escapedId));
        return true;
    }

    /**
     * Says, once and if it was asked for, that the current state was sent if there is one.
     *
     * @param unreadable whether there is one that cannot be read
     */
    public synchronized void confirmState(boolean unreadable) {
        if (!cancelled && stateReceipt != null) {
            session.confirmState(stateReceipt, unreadable);
            stateReceipt = null;
        }
    }

    /** From now on nothing is sent. Takes no lock: whoever holds a session's must be able to call this. */
    void cancel() {
        cancelled = true;
    }

    public boolean isInForce() {
        return !cancelled;
    }

    public StompSession session() {
        return session;
    }

    String id() {
        return id;
    }

    String destination() {
        return destination;
    }

    public Topic topic() {
        return topic;
    }
}
