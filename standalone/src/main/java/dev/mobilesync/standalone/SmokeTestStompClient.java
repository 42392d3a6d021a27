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

/** A STOMP connection of the smoke test, like a browser's. Collects the messages that it receives. */
record SmokeTestStompClient(WebSocketStompClient client, StompSession session, BlockingQueue<Broadcast> received)
        implements AutoCloseable {

    static SmokeTestStompClient connect(URI uri, String token, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        WebSocketStompClient client = new WebSocketStompClient(new StandardWebSocketClient());
        client.start();
        StompHeaders headers = new StompHeaders();
        headers.add("Authorization", "Bearer " + token);
        StompSession session = client.connectAsync(
                        uri, new WebSocketHttpHeaders(), headers, new StompSessionHandlerAdapter() {})
                .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return new SmokeTestStompClient(client, session, new LinkedBlockingQueue<>());
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
                        received.add(MessageCodec.decode(body, Broadcast.class));
                    } catch (InvalidMessageException e) {
                        System.err.println("unexpected message on a connection: " + e.getMessage());
                    }
                }
            }
        });
    }

    void send(String destination) {
        session.send(destination, new byte[0]);
    }

    /** Returns the next message of the type and discards others before it. */
    Broadcast await(MessageType type, Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (long remaining = timeout.toNanos(); remaining > 0; remaining = deadline - System.nanoTime()) {
            Broadcast message = received.poll(remaining, TimeUnit.NANOSECONDS);
            if (message != null && message.type() == type) {
                return message;
            }
        }
        throw new IOException("received no " + type.wireName() + " within " + timeout.toSeconds() + " s");
    }

    @Override
    public void close() {
        session.disconnect();
        client.stop();
    }
}
