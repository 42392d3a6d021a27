package dev.mobilesync.socket.session;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.limit.FrameRateLimiter;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameReader;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import dev.mobilesync.socket.stomp.Heartbeats;
import dev.mobilesync.socket.stomp.StompFrames;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/**
 * One STOMP connection, with its principal and subscriptions. Its frames are handled one at a time, in order, on the
 * connection's event loop; CONNECT on another thread if its token is validated with the keys of an issuer.
 */
public final class StompSession {

    private static final Logger log = LoggerFactory.getLogger(StompSession.class);
    private static final int MAX_WAITING_BYTES = 256 * 1024;
    private static final int FRAME_OVERHEAD = 512;

    /** A proctor's multiple of an examinee's frame limit. */
    private static final int PROCTOR_FACTOR = 10;

    private final SessionWriter writer;
    private final ClientFrameHandler frameHandler;
    private final SocketExecutors executors;
    private final SocketServerProperties properties;
    private final DisconnectMetrics disconnects;
    private final FrameReader reader;
    private final long openedAt = System.nanoTime();
    private final AtomicReference<@Nullable DisconnectReason> end = new AtomicReference<>();
    private final Queue<Message<byte[]>> waiting = new ArrayDeque<>(2);
    private final SessionSubscriptions subscriptions;
    private int waitingBytes;
    private boolean connecting;
    private volatile FrameRateLimiter frameLimiter;
    private volatile long lastReceived = openedAt;
    private volatile @Nullable SessionPrincipal principal;

    public StompSession(
            SessionWriter writer,
            ClientFrameHandler frameHandler,
            Hub hub,
            SocketExecutors executors,
            SocketServerProperties properties,
            DisconnectMetrics disconnects) {
        this.writer = writer;
        this.frameHandler = frameHandler;
        this.executors = executors;
        this.properties = properties;
        this.disconnects = disconnects;
        this.frameLimiter = FrameRateLimiter.forFrames(properties.limits(), 1);
        this.subscriptions = new SessionSubscriptions(hub, properties.socketMaxSubscriptions());
        this.reader = new FrameReader((int) properties.socketMaxFrameSize().toBytes());
    }

    /**
     * Receives a fragment of the stream, which may hold several frames or a part of one. Calls never overlap.
     *
     * @param endOfText whether a text message ends with this fragment
     */
    public void onData(byte[] bytes, boolean endOfText) {
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
            disconnect(reader.exceedsFrameSize() ? DisconnectReason.FRAME_TOO_LARGE : DisconnectReason.INVALID_REQUEST);
            return;
        }
        if (!frameLimiter.tryAcquire(Math.max(1, frames.size()))) {
            disconnect(DisconnectReason.TOO_MANY_REQUESTS);
            return;
        }
        for (Message<byte[]> frame : frames) {
            if (!StompHeaderAccessor.wrap(frame).isHeartbeat()) {
                receive(frame);
            }
        }
        if (reader.exceedsFrameSize()) {
            disconnect(DisconnectReason.FRAME_TOO_LARGE);
        }
    }

    /** Handles a frame; while CONNECT is handled, the next frames wait. */
    private void receive(Message<byte[]> frame) {
        if (connecting) {
            if (waitingBytes > MAX_WAITING_BYTES) {
                disconnect(DisconnectReason.TOO_MANY_REQUESTS);
            } else {
                waiting.add(frame);
                waitingBytes += frame.getPayload().length + FRAME_OVERHEAD;
            }
        } else if (principal == null) {
            connecting = true;
            connect(frame);
        } else {
            handle(frame);
        }
    }

    private void connect(Message<byte[]> frame) {
        if (!frameHandler.mayBlockOnConnect()) {
            handle(frame);
            return;
        }
        try {
            executors.blocking().execute(() -> handle(frame));
        } catch (RejectedExecutionException e) {
            disconnect(DisconnectReason.OVERLOADED);
        }
    }

    private void handleWaiting() {
        connecting = false;
        waitingBytes = 0;
        for (Message<byte[]> frame = waiting.poll(); frame != null; frame = waiting.poll()) {
            handle(frame);
        }
    }

    private void handle(Message<byte[]> frame) {
        if (!isOpen()) {
            return;
        }
        StompHeaderAccessor headers = StompHeaderAccessor.wrap(frame);
        if (StompFrames.hasNul(headers)) {
            disconnect(DisconnectReason.INVALID_REQUEST, "a header has a NUL", null);
            return;
        }
        try {
            frameHandler.handle(this, headers, frame.getPayload());
        } catch (FrameRejectedException e) {
            disconnect(e.reason(), e.text(), headers.getReceipt());
        } catch (RuntimeException e) {
            log.error("could not handle a {} frame", headers.getCommand(), e);
            disconnect(DisconnectReason.SERVER_ERROR);
        }
    }

    /**
     * Sends a frame, or disconnects if the browser reads too slowly.
     *
     * @param parts the frame in UTF-8
     */
    public void send(byte[]... parts) {
        send(null, parts);
    }

    /**
     * @param onSent runs when the frame is written to the socket
     */
    void send(@Nullable Runnable onSent, byte[]... parts) {
        if (!writer.send(onSent, parts)) {
            disconnect(DisconnectReason.SLOW);
        }
    }

    /** Sends a receipt if one was requested. */
    public void sendReceipt(@Nullable String receipt) {
        if (receipt != null) {
            send(StompFrames.receipt(receipt));
        }
    }

    @Nullable
    public SessionPrincipal principal() {
        return principal;
    }

    /** The executor on which this session's frames are handled. */
    public Executor eventLoop() {
        return writer.eventLoop();
    }

    /**
     * Accepts CONNECT, and handles the frames that wait for it. Called on the event loop.
     *
     * @param connected the CONNECTED frame
     */
    public void onAuthenticated(SessionPrincipal authenticated, byte[] connected) {
        if (authenticated.caller() instanceof AuthenticatedCaller.Proctor) {
            frameLimiter = FrameRateLimiter.forFrames(properties.limits(), PROCTOR_FACTOR);
        }
        principal = authenticated;
        if (end.get() != null) {
            authenticated.releaseConnection().run();
            return;
        }
        send(connected);
        handleWaiting();
    }

    public boolean isOpen() {
        return end.get() == null;
    }

    /** Activates the subscription. */
    public void subscribe(Subscription subscription) {
        subscriptions.add(subscription);
    }

    public void unsubscribe(String id) {
        subscriptions.remove(id);
    }

    public List<Subscription> subscriptions() {
        return subscriptions.all();
    }

    public void disconnect(DisconnectReason reason) {
        disconnect(reason, null);
    }

    public void disconnect(DisconnectReason reason, @Nullable String receipt) {
        disconnect(reason, reason.text(), receipt);
    }

    /**
     * Closes the connection. Later calls have no effect.
     *
     * @param text the message of the ERROR frame, if one is sent
     * @param receipt the receipt that the rejected frame requested
     */
    public void disconnect(DisconnectReason reason, String text, @Nullable String receipt) {
        if (!end.compareAndSet(null, reason)) {
            return;
        }
        SessionPrincipal current = principal;
        if (current != null) {
            current.releaseConnection().run();
        }
        disconnects.count(reason);
        log.debug("disconnected: {} {}", reason, text);
        subscriptions.end();
        switch (reason) {
            case SLOW, SILENT, GONE -> writer.closeNow(reason.closeStatus());
            default -> {
                ErrorCode code = reason.code();
                byte[][] lastFrame = code == null
                        ? new byte[0][]
                        : new byte[][] {StompFrames.error(new SyncError(code, text, reason.shouldReconnect()), receipt)
                        };
                writer.close(reason.closeStatus(), lastFrame);
            }
        }
    }

    /** Sends a heart-beat and checks timeouts. Called about once a second. */
    void tick(long now, Instant clock) {
        if (writer.currentSendDuration(now) > properties.socketWriteTimeout().toNanos()) {
            disconnect(DisconnectReason.SLOW);
            writer.closeNow(DisconnectReason.SLOW.closeStatus());
            return;
        }
        SessionPrincipal current = principal;
        if (current == null) {
            if (now - openedAt > properties.stompConnectTimeout().toNanos()) {
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
            send(StompFrames.heartbeat());
        }
    }
}
