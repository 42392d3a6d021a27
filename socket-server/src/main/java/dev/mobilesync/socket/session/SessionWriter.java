package dev.mobilesync.socket.session;

import static io.netty.channel.ChannelFutureListener.CLOSE;

import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends frames to one browser, in order. It never blocks the caller. Frames of other threads are collected until the event loop
 * writes them together. Netty buffers what the network does not accept. A frame is accepted while both buffers together are below
 * the channel's high water mark, so they exceed it by one frame at most.
 */
public final class SessionWriter {

    private static final Logger log = LoggerFactory.getLogger(SessionWriter.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Channel channel;
    private final PendingWriters pendingWriters;
    private final Counter dropped;
    /** Frames that the event loop has not taken, in their parts. */
    private @Nullable List<byte[][]> pending;

    /** Actions to run when the pending frames are sent. */
    private @Nullable List<Runnable> onPendingSent;

    private int pendingBytes;
    private boolean closing;
    /** Number of writes. Changes on the event loop only, as the number of completed ones does. */
    private volatile long started;

    private volatile long completed;
    private volatile long lastProgress = System.nanoTime();
    private volatile long lastSend = lastProgress;

    /**
     * @param dropped counts frames that are not sent
     */
    SessionWriter(Channel channel, PendingWriters pendingWriters, Counter dropped) {
        this.channel = channel;
        this.pendingWriters = pendingWriters;
        this.dropped = dropped;
    }

    /**
     * Sends a text frame after the frames before it. Does nothing once the connection is closing.
     *
     * @param onSent runs when the frame is written to the socket; {@code null} for nothing
     * @param parts the frame in UTF-8; the arrays must not change
     * @return {@code false} if the buffer is full, because the browser reads too slowly
     */
    boolean send(@Nullable Runnable onSent, byte[]... parts) {
        boolean first;
        synchronized (this) {
            if (closing) {
                return true;
            }
            if (!channel.isWritable() || pendingBytes > 0 && pendingBytes >= channel.bytesBeforeUnwritable()) {
                dropped.increment();
                return false;
            }
            first = add(parts);
            if (onSent != null) {
                onPendingSent = append(onPendingSent, onSent);
            }
        }
        if (channel.eventLoop().inEventLoop()) {
            sendPending();
        } else if (first) {
            pendingWriters.add(this);
        }
        return true;
    }

    /** Returns whether it is the first pending frame. */
    private boolean add(byte[][] parts) {
        boolean first = pending == null;
        pending = append(pending, parts);
        pendingBytes += WebSocketText.size(parts);
        return first;
    }

    private static <T> List<T> append(@Nullable List<T> list, T element) {
        List<T> longer = list == null ? new ArrayList<>(1) : list;
        longer.add(element);
        return longer;
    }

    /** Writes the pending frames. Called on the event loop. */
    void sendPending() {
        List<byte[][]> frames;
        List<Runnable> onSent;
        int size;
        synchronized (this) {
            frames = pending;
            onSent = onPendingSent;
            size = pendingBytes;
            clearPending();
        }
        if (frames != null) {
            write(frames, size, onSent == null ? List.of() : onSent);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // on the event loop only
    private void write(List<byte[][]> frames, int size, List<Runnable> onSent) {
        ByteBuf buffer = channel.alloc().directBuffer(size);
        for (byte[][] frame : frames) {
            WebSocketText.write(frame, buffer);
        }
        long now = System.nanoTime();
        if (completed == started) {
            lastProgress = now;
        }
        started++;
        lastSend = now;
        int count = frames.size();
        ChannelFutureListener listener = write -> onWritten(write, count, onSent);
        channel.writeAndFlush(buffer).addListener(listener);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // on the event loop only
    private void onWritten(ChannelFuture write, int frames, List<Runnable> onSent) {
        completed++;
        lastProgress = System.nanoTime();
        if (write.isSuccess()) {
            onSent.forEach(Runnable::run);
        } else {
            dropped.increment(frames);
            log.debug("could not send", write.cause());
            channel.close();
        }
    }

    /** The caller holds the lock. */
    private void clearPending() {
        pending = null;
        onPendingSent = null;
        pendingBytes = 0;
    }

    /** Closes the connection after the buffered frames and {@code lastFrame} are sent. */
    void close(WebSocketCloseStatus status, byte[]... lastFrame) {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            if (lastFrame.length > 0) {
                add(lastFrame);
            }
        }
        onEventLoop(() -> {
            sendPending();
            // The client answers with a close frame, upon which the connection closes.
            channel.writeAndFlush(new CloseWebSocketFrame(status));
            channel.eventLoop().schedule(() -> channel.close(), CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    /** Closes the connection without waiting for the client, and discards the buffered frames. */
    void closeNow(WebSocketCloseStatus status) {
        synchronized (this) {
            closing = true;
            dropped.increment(pending == null ? 0 : pending.size());
            clearPending();
        }
        onEventLoop(() -> {
            if (completed == started && channel.isActive()) {
                channel.writeAndFlush(new CloseWebSocketFrame(status)).addListener(CLOSE);
            } else {
                channel.close();
            }
        });
    }

    private void onEventLoop(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            try {
                channel.eventLoop().execute(action);
            } catch (RejectedExecutionException e) {
                log.debug("the server has stopped", e);
            }
        }
    }

    /** Answers the client's close frame, unless it is the answer to this server's, and closes the connection. */
    public void onClientClose(WebSocketCloseStatus status) {
        boolean answered;
        synchronized (this) {
            answered = closing;
        }
        if (answered) {
            channel.close();
        } else {
            closeNow(status);
        }
    }

    Executor eventLoop() {
        return channel.eventLoop();
    }

    /** How long the current write has taken, in nanoseconds; 0 if there is none. */
    long currentSendDuration(long now) {
        return completed == started ? 0 : Math.max(0, now - lastProgress);
    }

    /** Time of the last send, by {@link System#nanoTime()}. */
    long lastSend() {
        return lastSend;
    }
}
