package dev.mobilesync.socket.session;

import dev.mobilesync.socket.stomp.Destinations.ExamineeTopic;
import dev.mobilesync.socket.stomp.Destinations.Topic;
import dev.mobilesync.socket.stomp.StompFrames;
import dev.mobilesync.socket.stomp.StompMessage;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of one connection. On an examinee's topic it delivers increasing revisions only: current states, which are
 * read from Redis, may overtake broadcasts. A plan's topic has broadcasts only, which {@code RevisionFilter} has ordered for
 * each examinee.
 */
public final class Subscription {

    private static final long NO_REVISION = -1;

    private final StompSession session;
    private final String id;
    private final byte[] frameStart;
    private final String destination;
    private final Topic topic;
    private @Nullable String stateReceipt;
    private long lastRevision = NO_REVISION;
    private volatile boolean cancelled;

    /**
     * @param stateReceipt id of the receipt to send after the current state, if requested
     */
    public Subscription(
            StompSession session, String id, String destination, Topic topic, @Nullable String stateReceipt) {
        this.session = session;
        this.id = id;
        this.frameStart = StompMessage.startFor(id);
        this.destination = destination;
        this.topic = topic;
        this.stateReceipt = stateReceipt;
    }

    /** Sends the message. Returns false if it does not, because the subscription has ended or the revision is not newer. */
    synchronized boolean deliver(@Nullable Long revision, StompMessage.Frame frame) {
        if (cancelled) {
            return false;
        }
        if (revision != null && topic instanceof ExamineeTopic) {
            if (revision <= lastRevision) {
                return false;
            }
            lastRevision = revision;
        }
        session.send(frame.onSent(), frame.parts(frameStart));
        return true;
    }

    /**
     * Sends the receipt that follows the current state, once, if it was requested.
     *
     * @param unreadable whether the record exists but is unreadable
     */
    public synchronized void sendStateReceipt(boolean unreadable) {
        if (!cancelled && stateReceipt != null) {
            session.send(
                    unreadable ? StompFrames.unreadableStateReceipt(stateReceipt) : StompFrames.receipt(stateReceipt));
            stateReceipt = null;
        }
    }

    /** Stops delivery. Takes no lock, because callers hold that of the session's subscriptions. */
    void cancel() {
        cancelled = true;
    }

    public boolean isActive() {
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
