package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.testsupport.api.StompContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A STOMP client on one WebSocket connection. It queues received messages until they are awaited. Waiting methods fail after
 * {@link #TIMEOUT} with an {@link AssertionError} that lists the received messages. Thread-safe, but only one thread may
 * send.
 */
public final class StompTestClient implements AutoCloseable {

    /** The maximum wait of all methods. No test proves that something arrives this fast. */
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** The result of {@link #awaitClose()} if the connection ended without a close frame. */
    public static final int BROKEN = 1006;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    private final ReceivedFrames received = new ReceivedFrames();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<String, Sent> sent = new ConcurrentHashMap<>();
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable Map<String, String> login;
    private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

    private StompTestClient() {}

    /**
     * A frame from the server.
     *
     * @param headers unescaped
     */
    public record Frame(String command, Map<String, String> headers, String body) {

        /** The body as JSON. */
        public JsonNode json() {
            return MessageCodec.mapper().readTree(body);
        }

        /** The {@code type} of the message in the body, or empty. */
        public String type() {
            return json().path("type").asString("");
        }

        /** The {@code data} of the message in the body. */
        public JsonNode data() {
            return json().path("data");
        }

        /** A header's value; fails if it is missing. */
        public String header(String name) {
            return requireNonNull(headers.get(name), () -> name + " is not among " + headers);
        }
    }

    /** A frame that the server may accept or reject. */
    private record Sent(String command, Map<String, String> headers, String body) {}

    /** The WebSocket close code and reason. */
    public record Closed(int code, String reason) {}

    /**
     * Opens a connection and logs in.
     *
     * @param uri such as {@code ws://127.0.0.1:8081/ws}
     * @throws AssertionError if the server does not respond with CONNECTED
     */
    public static StompTestClient connect(URI uri, String token) {
        return connect(uri, token, Map.of());
    }

    /**
     * Opens a connection and logs in.
     *
     * @param headers more headers for the CONNECT frame, such as {@code heart-beat}
     */
    public static StompTestClient connect(URI uri, String token, Map<String, String> headers) {
        StompTestClient client = open(uri);
        client.login(token, headers);
        client.connected();
        return client;
    }

    /** Opens a connection without sending frames. */
    public static StompTestClient open(URI uri) {
        try {
            return open(uri, Map.of());
        } catch (WebSocketHandshakeException e) {
            throw new AssertionError("handshake was answered with " + e.getResponse(), e);
        }
    }

    /**
     * Opens a connection without sending frames.
     *
     * @param httpHeaders headers for the handshake, such as {@code Origin}
     * @throws WebSocketHandshakeException if the server responds with another status than 101
     */
    public static StompTestClient open(URI uri, Map<String, String> httpHeaders) throws WebSocketHandshakeException {
        return open(HTTP, uri, httpHeaders);
    }

    /**
     * Opens a connection without sending frames.
     *
     * @param http the HTTP client, for example one that trusts the server's certificate
     */
    public static StompTestClient open(HttpClient http, URI uri, Map<String, String> httpHeaders)
            throws WebSocketHandshakeException {
        StompTestClient client = new StompTestClient();
        WebSocket.Builder builder =
                http.newWebSocketBuilder().connectTimeout(TIMEOUT).subprotocols("v12.stomp", "v11.stomp", "v10.stomp");
        httpHeaders.forEach(builder::header);
        try {
            client.socket = builder.buildAsync(uri, client.received).join();
            return client;
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                throw refused;
            }
            throw e;
        }
    }

    /** Sends CONNECT and does not wait for the response. */
    public void login(String token, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(Map.of(
                "accept-version", "1.2", "host", "localhost", "heart-beat", "0,0", "Authorization", "Bearer " + token));
        all.putAll(headers);
        login = all;
        frame("CONNECT", all, "");
    }

    /**
     * Subscribes and waits until the subscription is active.
     *
     * @return the subscription's id
     * @throws AssertionError if the server rejects it
     */
    public String subscribe(String destination) {
        String id = "sub-" + ids.incrementAndGet();
        awaitReceipt(withReceipt("SUBSCRIBE", Map.of("id", id, "destination", destination), ""));
        return id;
    }

    /** Unsubscribes and waits for the server's receipt. */
    public void unsubscribe(String id) {
        awaitReceipt(withReceipt("UNSUBSCRIBE", Map.of("id", id), ""));
    }

    /**
     * Sends a message and does not wait for the server.
     *
     * @return the requested receipt; see {@link #awaitReceipt}
     */
    public String send(String destination, String body) {
        return withReceipt("SEND", Map.of("destination", destination, "content-type", "application/json"), body);
    }

    /** Waits for the receipt; fails if the server sends ERROR or closes the connection instead. */
    public void awaitReceipt(String receipt) {
        receipt(receipt);
    }

    /** Waits for the RECEIPT frame with this id. What it confirms must be as {@code asyncapi.yaml} documents it. */
    public Frame receipt(String receipt) {
        Frame frame = received.awaitReceipt(receipt);
        Sent accepted = sent.remove(receipt);
        if (accepted != null) {
            StompContract.checkAccepted(accepted.command(), accepted.headers(), accepted.body());
        }
        return frame;
    }

    /** Whether the RECEIPT frame with this id has arrived. */
    public boolean hasReceipt(String receipt) {
        return received.hasReceipt(receipt);
    }

    private String withReceipt(String command, Map<String, String> headers, String body) {
        String receipt = "receipt-" + ids.incrementAndGet();
        Map<String, String> all = new HashMap<>(headers);
        all.put("receipt", receipt);
        if (!command.equals("UNSUBSCRIBE")) {
            sent.put(receipt, new Sent(command, all, body));
        }
        frame(command, all, body);
        return receipt;
    }

    /** Sends an unmodified frame; headers are neither added nor escaped. */
    public void frame(String command, Map<String, String> headers, String body) {
        StringBuilder text = new StringBuilder(command).append('\n');
        headers.forEach(
                (name, value) -> text.append(name).append(':').append(value).append('\n'));
        raw(text.append('\n').append(body).append('\0').toString());
    }

    /** Sends arbitrary text. */
    public synchronized void raw(String text) {
        WebSocket open = requireNonNull(socket);
        lastSend = lastSend.handle((done, failed) -> null).thenCompose(done -> open.sendText(text, true));
    }

    /** Sends a binary message. */
    public synchronized void binary(byte[] bytes) {
        WebSocket open = requireNonNull(socket);
        lastSend = lastSend.handle((done, failed) -> null)
                .thenCompose(done -> open.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    /** Removes and returns the next message of any type. */
    public Frame await() {
        return received.awaitMessage();
    }

    /** Returns the next message of this type, such as {@code mobile_sync_completed}, and discards those before it. */
    public Frame await(String type) {
        return received.awaitMessage(type);
    }

    /** The queued messages, which stay in the queue. */
    public List<Frame> pending() {
        return received.pending();
    }

    /** The server's ERROR frame. */
    public Frame awaitError() {
        return received.awaitError();
    }

    /** Waits for the end of the connection; {@link #BROKEN} without a close frame. */
    public Closed awaitClose() {
        return received.awaitClose();
    }

    /** Whether the connection is open from this side's view. */
    public boolean isOpen() {
        return socket != null && !received.isClosed();
    }

    /** The server's CONNECTED frame. */
    public Frame connected() {
        Frame connected = received.awaitConnected();
        Map<String, String> accepted = login;
        if (accepted != null) {
            StompContract.checkAccepted("CONNECT", accepted, "");
        }
        return connected;
    }

    /** The number of received heart-beats. */
    public int heartbeats() {
        return received.heartbeats();
    }

    /** Aborts the connection without DISCONNECT or close frame, as on a network loss. */
    public void abort() {
        requireNonNull(socket).abort();
        received.onClosed(new Closed(BROKEN, "aborted here"));
    }

    /** Closes the connection with a close frame and waits for the server's. Does nothing if it is already closed. */
    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null && !received.isClosed()) {
            open.sendClose(WebSocket.NORMAL_CLOSURE, "");
            received.awaitCloseResponse();
            open.abort();
        }
    }
}
