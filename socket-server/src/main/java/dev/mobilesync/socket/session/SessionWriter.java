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
 * Sends frames to one browser, in order, one at a time. It never blocks the caller: it buffers what the network does not
 * accept, up to a limit.
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
     * @param closer runs the close of the connection, which may block
     * @param maxWaitingBytes maximum of buffered data, in bytes of memory
     */
    public SessionWriter(Session session, Executor closer, int maxWaitingBytes) {
        this.session = session;
        this.closer = closer;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /**
     * Sends a frame after the frames before it. Does nothing once the connection is closing.
     *
     * @return {@code false} if the buffer is full, because the browser reads too slowly
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

    /** Closes the connection after the buffered frames and {@code lastFrame} are sent. */
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

    /** Closes the connection and discards the buffered frames. */
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

    /** How long the current send has taken, in nanoseconds; 0 if there is none. */
    synchronized long currentSendDuration(long now) {
        return sending ? Math.max(0, now - sendingSince) : 0;
    }

    /** Time of the last send, by {@link System#nanoTime()}. */
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
            if (!one.completedSynchronously()) {
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
            log.debug("shutdown closes the connection", e);
        }
    }

    /** One send in flight. It detects a send that completes before the call returns, which avoids recursion. */
    private final class Sending implements SendHandler {

        private static final int CALLING = 0;
        private static final int RETURNED = 1;
        private static final int DONE = 2;

        private final int size;
        private final AtomicInteger state = new AtomicInteger(CALLING);

        private Sending(int size) {
            this.size = size;
        }

        private boolean completedSynchronously() {
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
