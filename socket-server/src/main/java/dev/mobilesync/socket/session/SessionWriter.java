package dev.mobilesync.socket.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends frames to one browser, in order. It never blocks the caller: Netty buffers what the network does not accept, up to the
 * channel's high water mark.
 */
public final class SessionWriter implements ChannelFutureListener {

    private static final Logger log = LoggerFactory.getLogger(SessionWriter.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Channel channel;
    private long sent;
    private boolean closing;
    /** Written on the event loop only. */
    private volatile long completed;

    private volatile long lastProgress = System.nanoTime();
    private volatile long lastSend = System.nanoTime();

    public SessionWriter(Channel channel) {
        this.channel = channel;
    }

    /**
     * Sends a text frame after the frames before it. Does nothing once the connection is closing.
     *
     * @param parts the frame in UTF-8
     * @return {@code false} if the buffer is full, because the browser reads too slowly
     */
    synchronized boolean send(byte[]... parts) {
        if (closing) {
            return true;
        }
        if (!channel.isWritable()) {
            return false;
        }
        write(parts);
        return true;
    }

    private void write(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] frame = new byte[size];
        int position = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, frame, position, part.length);
            position += part.length;
        }
        long now = System.nanoTime();
        if (completed == sent) {
            lastProgress = now;
        }
        sent++;
        lastSend = now;
        channel.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(frame)))
                .addListener(this);
    }

    /** Called when a frame is sent. */
    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // on the event loop only
    public void operationComplete(ChannelFuture write) {
        completed++;
        lastProgress = System.nanoTime();
        if (!write.isSuccess()) {
            log.debug("could not send", write.cause());
            channel.close();
        }
    }

    /** Closes the connection after the buffered frames and {@code lastFrame} are sent. */
    synchronized void close(WebSocketCloseStatus status, byte[]... lastFrame) {
        if (closing) {
            return;
        }
        closing = true;
        if (lastFrame.length > 0) {
            write(lastFrame);
        }
        // The client answers with a close frame, upon which the connection closes.
        channel.writeAndFlush(new CloseWebSocketFrame(status));
        channel.eventLoop().schedule(() -> channel.close(), CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closes the connection without waiting for the client, and discards the buffered frames. */
    synchronized void closeNow(WebSocketCloseStatus status) {
        closing = true;
        if (completed == sent && channel.isActive()) {
            channel.writeAndFlush(new CloseWebSocketFrame(status)).addListener(CLOSE);
        } else {
            channel.close();
        }
    }

    /** Answers the client's close frame, unless it is the answer to this server's, and closes the connection. */
    public synchronized void onClientClose(WebSocketCloseStatus status) {
        if (closing) {
            channel.close();
        } else {
            closeNow(status);
        }
    }

    Executor eventLoop() {
        return channel.eventLoop();
    }

    /** How long the current send has taken, in nanoseconds; 0 if there is none. */
    synchronized long currentSendDuration(long now) {
        return completed == sent ? 0 : Math.max(0, now - lastProgress);
    }

    /** Time of the last send, by {@link System#nanoTime()}. */
    long lastSend() {
        return lastSend;
    }
}
