package dev.mobilesync.standalone;

import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MessageType;
import java.io.IOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.simp.stomp.StompFrameHandler;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;

/** What a browser's page does: a STOMP connection that keeps what it hears. */
final class StompProbe implements AutoCloseable {

    private final WebSocketStompClient client;
    private final StompSession session;
    private final BlockingQueue<Broadcast> heard;

    private StompProbe(WebSocketStompClient client, StompSession session, BlockingQueue<Broadcast> heard) {
        this.client = client;
        this.session = session;
        this.heard = heard;
    }

    static StompProbe connect(URI uri, String token, Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        WebSocketStompClient client = new WebSocketStompClient(new StandardWebSocketClient());
        client.start();
        StompHeaders headers = new StompHeaders();
        headers.add("Authorization", "Bearer " + token);
        StompSession session = client.connectAsync(
                        uri, new WebSocketHttpHeaders(), headers, new StompSessionHandlerAdapter() {})
                .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return new StompProbe(client, session, new LinkedBlockingQueue<>());
    }

    void subscribe(String destination) {
        session.subscribe(destination, new StompFrameHandler() {
            @Override
            public Type getPayloadType(StompHeaders headers) {
                return byte[].class;
            }

            @Override
            public void handleFrame(StompHeaders headers, @Nullable Object payload) {
                if (payload instanceof byte[] body) {
                    try {
                        heard.add(MessageCodec.decode(body, Broadcast.class));
                    } catch (InvalidMessageException e) {
                        System.err.println("a socket heard what it should not: " + e.getMessage());
                    }
                }
            }
        });
    }

    void send(String destination) {
        session.send(destination, new byte[0]);
    }

    /** The next message of that type; those of others before it are passed over. */
    Broadcast await(MessageType type, Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
            Broadcast message = heard.poll(left, TimeUnit.NANOSECONDS);
            if (message != null && message.type() == type) {
                return message;
            }
        }
        throw new IOException("heard no " + type.wireName() + " within " + limit.toSeconds() + " s");
    }

    @Override
    public void close() {
        session.disconnect();
        client.stop();
    }
}
