package dev.mobilesync.browser;

import dev.mobilesync.messages.MessageCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sends Chrome DevTools Protocol commands to the browser target. Selenium sends them to pages only. */
final class DevToolsConnection implements WebSocket.Listener {

    private static final int TIMEOUT_SECONDS = 60;

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable WebSocket socket;

    private DevToolsConnection() {}

    static DevToolsConnection to(String address) {
        DevToolsConnection connection = new DevToolsConnection();
        connection.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), connection)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        return connection;
    }

    /** Executes the command and returns its result. */
    JsonNode send(String method, Map<String, Object> parameters) {
        WebSocket open = socket;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        pending.put(id, reply);
        open.sendText(
                        MessageCodec.mapper()
                                .writeValueAsString(Map.of("id", id, "method", method, "params", parameters)),
                        true)
                .join();
        JsonNode answer = reply.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        if (answer.has("error")) {
            throw new IllegalStateException(method + ": " + answer.path("error"));
        }
        return answer.path("result");
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            JsonNode message = MessageCodec.mapper().readTree(text.toString());
            text.setLength(0);
            CompletableFuture<JsonNode> reply =
                    pending.remove(message.path("id").asInt(-1));
            if (reply != null) {
                reply.complete(message);
            }
        }
        webSocket.request(1);
        return null;
    }
}
