package dev.mobilesync.socket.session;

import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketLimits;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.limit.FrameLimit;
import dev.mobilesync.socket.limit.SendLimit;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameReader;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import dev.mobilesync.socket.stomp.Heartbeats;
import dev.mobilesync.socket.stomp.StompFrames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.AuthenticatedCaller;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/**
 * One connection: who it is, what it is subscribed to, and its frames, which are handled one after the other on threads
 * that are not the network's.
 */
public final class StompSession {

    private static final Logger log = LoggerFactory.getLogger(StompSession.class);
    private static final int MAX_INBOX_BYTES = 256 * 1024;
    private static final int FRAME_OVERHEAD = 512;
    private static final int PROCTOR_SHARE = 10;

    private final SessionWriter writer;
    private final FrameHandler handler;
    private final Hub hub;
    private final SocketExecutors threads;
    private final SocketServerProperties settings;
    private final DisconnectMetrics disconnects;
    private final FrameReader reader;
    private final long openedAt = System.nanoTime();
    private final FrameLimit frameLimit;
    private final AtomicReference<@Nullable DisconnectReason> end = new AtomicReference<>();
    private final Queue<Message<byte[]>> inbox = new ArrayDeque<>(2);
    private final Map<String, Subscription> subscriptions = new HashMap<>(2);
    private int inboxBytes;
    private boolean handling;
    private boolean ended;
    private volatile long lastReceived = openedAt;
    private volatile @Nullable SessionPrincipal login;

    /** Who it is, since CONNECT was accepted. */
    public record SessionPrincipal(
            AuthenticatedCaller caller, Instant expiresAt, Heartbeats heartbeats, SendLimit sendLimit, Runnable leave) {

        /** How much more than others it may send. */
        private int share() {
            return caller instanceof AuthenticatedCaller.Proctor ? PROCTOR_SHARE : 1;
        }
    }

    public StompSession(
            SessionWriter writer,
            FrameHandler handler,
            Hub hub,
            SocketExecutors threads,
            SocketServerProperties settings,
            SocketLimits limits,
            DisconnectMetrics disconnects) {
        this.writer = writer;
        this.handler = handler;
        this.hub = hub;
        this.threads = threads;
        this.settings = settings;
        this.disconnects = disconnects;
        this.frameLimit = new FrameLimit(limits, openedAt);
        this.reader = new FrameReader((int) settings.socketMaxFrameSize().toBytes());
    }

    /**
     * Takes a piece of a message: of one frame, of several or of a part of one. Called by one thread at a time.
     *
     * @param endOfText whether a text message ends with it
     */
    public void received(byte[] bytes, boolean endOfText) {
        lastReceived = System.nanoTime();
        if (end.get() != null) {
            return;
        }
        if (reader.exceeds(bytes.length)) {
            disconnect(DisconnectReason.FRAME_TOO_LARGE);
            return;
        }
        List<Message<byte[]>> frames;
        try {
            frames = reader.read(bytes, endOfText);
        } catch (RuntimeException e) {
            log.debug("not STOMP", e);
            disconnect(reader.expectsTooMuch() ? DisconnectReason.FRAME_TOO_LARGE : DisconnectReason.INVALID_REQUEST);
            return;
        }
        SessionPrincipal current = login;
        if (!frameLimit.tryUse(Math.max(1, frames.size()), current == null ? 1 : current.share(), lastReceived)) {
            disconnect(DisconnectReason.TOO_MANY_REQUESTS);
            return;
        }
        for (Message<byte[]> frame : frames) {
            if (!StompHeaderAccessor.wrap(frame).isHeartbeat()) {
                take(frame);
            }
        }
        if (reader.expectsTooMuch()) {
            disconnect(DisconnectReason.FRAME_TOO_LARGE);
        }
    }

    private void take(Message<byte[]> frame) {
        synchronized (inbox) {
            if (inboxBytes > MAX_INBOX_BYTES) {
                disconnect(DisconnectReason.TOO_MANY_REQUESTS);
                return;
            }
            inbox.add(frame);
            inboxBytes += frame.getPayload().length + FRAME_OVERHEAD;
            if (handling) {
                return;
            }
            handling = true;
        }
        try {
            (login == null ? threads.logins() : threads.frames()).execute(this::handleInbox);
        } catch (RejectedExecutionException e) {
            disconnect(DisconnectReason.OVERLOADED);
        }
    }

    private void handleInbox() {
        while (true) {
            Message<byte[]> frame;
            synchronized (inbox) {
                frame = inbox.poll();
                if (frame == null) {
                    handling = false;
                    return;
                }
                inboxBytes -= frame.getPayload().length + FRAME_OVERHEAD;
            }
            if (end.get() == null) {
                handle(frame);
            }
        }
    }

    private void handle(Message<byte[]> frame) {
        StompHeaderAccessor headers = StompHeaderAccessor.wrap(frame);
        if (StompFrames.hasNul(headers)) {
            disconnect(DisconnectReason.INVALID_REQUEST, "a header has a NUL", null);
            return;
        }
        try {
            handler.handle(this, headers, frame.getPayload());
        } catch (FrameRejectedException e) {
            disconnect(e.reason(), e.text(), headers.getReceipt());
        } catch (RuntimeException e) {
            log.error("could not handle a {} frame", headers.getCommand(), e);
            disconnect(DisconnectReason.SERVER_ERROR);
        }
    }

    /** Sends a frame; a browser that is too slow for it is disconnected. */
    public void send(String frame) {
        if (!writer.send(frame)) {
            disconnect(DisconnectReason.SLOW);
        }
    }

    /** The receipt for a frame that asked for one. */
    public void confirm(@Nullable String receipt) {
        if (receipt != null) {
            send(StompFrames.receipt(receipt));
        }
    }

    /** The receipt for the current state. */
    void confirmState(String receipt, boolean unreadable) {
        send(unreadable ? StompFrames.unreadableStateReceipt(receipt) : StompFrames.receipt(receipt));
    }

    @Nullable
    public SessionPrincipal login() {
        return login;
    }

    public void loggedIn(SessionPrincipal accepted) {
        login = accepted;
        if (end.get() != null) {
            accepted.leave().run();
        }
    }

    public boolean isOpen() {
        return end.get() == null;
    }

    /** Puts the subscription in force. */
    public void subscribe(Subscription subscription) {
        synchronized (subscriptions) {
            if (ended) {
                return;
            }
            if (subscriptions.size() >= settings.socketMaxSubscriptions()) {
                throw new FrameRejectedException(DisconnectReason.INVALID_REQUEST, "too many subscriptions");
            }
            if (subscriptions.putIfAbsent(subscription.id(), subscription) != null) {
                throw new FrameRejectedException(DisconnectReason.INVALID_REQUEST, "id is in use already");
            }
            hub.add(subscription);
        }
    }

    public void unsubscribe(String id) {
        synchronized (subscriptions) {
            Subscription gone = subscriptions.remove(id);
            if (gone != null) {
                hub.remove(gone);
            }
        }
    }

    public List<Subscription> subscriptions() {
        synchronized (subscriptions) {
            return List.copyOf(subscriptions.values());
        }
    }

    public void disconnect(DisconnectReason reason) {
        disconnect(reason, reason.text(), null);
    }

    /**
     * Ends the connection; the first reason counts.
     *
     * @param text what the ERROR frame says, if there is one
     * @param receipt what the frame to blame had asked for
     */
    public void disconnect(DisconnectReason reason, String text, @Nullable String receipt) {
        if (!end.compareAndSet(null, reason)) {
            return;
        }
        SessionPrincipal current = login;
        if (current != null) {
            current.leave().run();
        }
        disconnects.count(reason);
        log.debug("disconnected: {} {}", reason, text);
        synchronized (subscriptions) {
            ended = true;
            subscriptions.values().forEach(hub::remove);
            subscriptions.clear();
        }
        switch (reason) {
            case SLOW, SILENT, GONE -> writer.closeNow(reason.closeStatus());
            default -> {
                ErrorCode code = reason.code();
                writer.close(
                        reason.closeStatus(),
                        code == null ? null : StompFrames.error(new SyncError(code, text, reason.comeBack()), receipt));
            }
        }
    }

    /** Does what time alone brings about. Called about once a second. */
    void tick(long now, Instant clock) {
        if (writer.sendingFor(now) > settings.socketSendTime().toNanos()) {
            disconnect(DisconnectReason.SLOW);
            writer.closeNow(DisconnectReason.SLOW.closeStatus());
            return;
        }
        SessionPrincipal current = login;
        if (current == null) {
            if (now - openedAt > settings.socketConnectTime().toNanos()) {
                disconnect(DisconnectReason.CONNECT_TIMEOUT);
            }
            return;
        }
        Heartbeats heartbeats = current.heartbeats();
        if (!clock.isBefore(current.expiresAt())) {
            disconnect(DisconnectReason.TOKEN_EXPIRED);
        } else if (heartbeats.silentAfterNanos() > 0 && now - lastReceived > heartbeats.silentAfterNanos()) {
            disconnect(DisconnectReason.SILENT);
        } else if (heartbeats.sendAfterNanos() > 0 && now - writer.lastSend() > heartbeats.sendAfterNanos()) {
            send(StompFrames.HEARTBEAT);
        }
    }
}
