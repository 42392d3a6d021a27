package dev.mobilesync.socket.session;

import dev.mobilesync.socket.stomp.DisconnectReason;
import jakarta.websocket.CloseReason;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;

/**
 * Sends to one browser, in order, one message at a time, and never makes the caller wait: what the network does not take
 * at once is kept, up to a limit.
 */
public final class SessionWriter {

    private static final Logger log = LoggerFactory.getLogger(SessionWriter.class);
    private static final int BYTES_PER_CHAR = 2;

    private final Session session;
    private final Executor closer;
    private final int maxWaitingBytes;
    private final Queue<String> waiting = new ArrayDeque<>(2);
    private int waitingBytes;
    private boolean sending;
    private long sendingSince;
    private volatile long lastSend = System.nanoTime();
    private @Nullable CloseStatus closing;
    private boolean closed;

    /**
     * @param closer where connections are closed, which may take a moment
     * @param maxWaitingBytes the limit of what is kept, as it lies in memory
     */
    public SessionWriter(Session session, Executor closer, int maxWaitingBytes) {
        this.session = session;
        this.closer = closer;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /**
     * Sends a frame, now or after those before it. Does nothing once the connection is being closed.
     *
     * @return {@code false} if too much waits already: the browser is too slow
     */
    boolean send(String frame) {
        synchronized (this) {
            if (closing != null) {
                return true;
            }
            int size = frame.length() * BYTES_PER_CHAR;
            if (waitingBytes > 0 && waitingBytes + size > maxWaitingBytes) {
                return false;
            }
            waiting.add(frame);
            waitingBytes += size;
            if (sending) {
                return true;
            }
            sending = true;
        }
        sendWaiting();
        return true;
    }

    /** Closes the connection after what waits has been sent; {@code lastFrame} goes last. */
    void close(CloseStatus status, @Nullable String lastFrame) {
        synchronized (this) {
            if (closing != null) {
                return;
            }
            closing = status;
            if (lastFrame != null) {
                waiting.add(lastFrame);
            }
            if (sending) {
                return;
            }
            sending = true;
        }
        sendWaiting();
    }

    /** Closes the connection without sending what waits. */
    void closeNow(CloseStatus status) {
        synchronized (this) {
            closing = status;
            waiting.clear();
            if (closed) {
                return;
            }
            closed = true;
        }
        closeSocket(status);
    }

    /** How long the message that is being sent has been, in nanoseconds; 0 if none is. */
    synchronized long sendingFor(long now) {
        return sending ? Math.max(0, now - sendingSince) : 0;
    }

    /** When something was sent last, in {@link System#nanoTime()}'s terms. */
    long lastSend() {
        return lastSend;
    }

    private void sendWaiting() {
        while (true) {
            String next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null || closed) {
                    sending = false;
                    waitingBytes = 0;
                    break;
                }
                sendingSince = System.nanoTime();
            }
            lastSend = System.nanoTime();
            Sending one = new Sending(next.length() * BYTES_PER_CHAR);
            try {
                session.getAsyncRemote().sendText(next, one);
            } catch (RuntimeException e) {
                log.debug("could not send", e);
                closeNow(DisconnectReason.GONE.closeStatus());
                return;
            }
            if (!one.isDoneAlready()) {
                return;
            }
        }
        closeIfAsked();
    }

    private void closeIfAsked() {
        CloseStatus status;
        synchronized (this) {
            status = closing;
            if (status == null || closed) {
                return;
            }
            closed = true;
        }
        closeSocket(status);
    }

    private void closeSocket(CloseStatus status) {
        try {
            closer.execute(() -> {
                try {
                    session.close(
                            new CloseReason(CloseReason.CloseCodes.getCloseCode(status.getCode()), status.getReason()));
                } catch (IOException | RuntimeException e) {
                    log.debug("could not close", e);
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("stopped: the connection goes with the server", e);
        }
    }

    /** One message under way. It tells apart whether Tomcat is done before it returns, so that nothing recurses. */
    private final class Sending implements SendHandler {

        private static final int CALLING = 0;
        private static final int RETURNED = 1;
        private static final int DONE = 2;

        private final int size;
        private final AtomicInteger state = new AtomicInteger(CALLING);

        private Sending(int size) {
            this.size = size;
        }

        private boolean isDoneAlready() {
            return !state.compareAndSet(CALLING, RETURNED);
        }

        @Override
        public void onResult(SendResult result) {
            synchronized (SessionWriter.this) {
                waitingBytes = Math.max(0, waitingBytes - size);
            }
            if (!result.isOK()) {
                log.debug("could not send", result.getException());
                closeNow(DisconnectReason.GONE.closeStatus());
            }
            if (!state.compareAndSet(CALLING, DONE)) {
                sendWaiting();
            }
        }
    }
}
