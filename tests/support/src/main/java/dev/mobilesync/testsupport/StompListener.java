package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.testsupport.StompTestClient.Closed;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompDecoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;

/** Reads STOMP frames from a WebSocket. */
public abstract class StompListener implements WebSocket.Listener {

    private static final StompDecoder DECODER = new StompDecoder();

    private final StringBuilder text = new StringBuilder();

    /** Receives a frame. */
    protected abstract void onFrame(Frame frame);

    /** Receives a heart-beat. */
    protected abstract void onHeartbeat();

    /** Called when the connection ends, with or without a close frame. */
    protected abstract void onClosed(Closed closed);

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            List<Message<byte[]>> messages = decode(text.toString());
            text.setLength(0);
            messages.forEach(message -> {
                Frame frame = frame(message);
                if (frame == null) {
                    onHeartbeat();
                } else {
                    onFrame(frame);
                }
            });
        }
        webSocket.request(1);
        return null;
    }

    /** The frames in a text message of a WebSocket, without heart-beats. */
    public static List<Frame> frames(String text) {
        return decode(text).stream()
                .map(StompListener::frame)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Message<byte[]>> decode(String text) {
        return DECODER.decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns {@code null} for a heart-beat. */
    private static @Nullable Frame frame(Message<byte[]> message) {
        StompHeaderAccessor accessor = StompHeaderAccessor.wrap(message);
        if (accessor.isHeartbeat()) {
            return null;
        }
        return new Frame(
                requireNonNull(accessor.getCommand()).name(),
                headers(accessor),
                new String(message.getPayload(), StandardCharsets.UTF_8));
    }

    private static Map<String, String> headers(StompHeaderAccessor accessor) {
        Map<String, String> headers = new HashMap<>();
        accessor.toNativeHeaderMap().forEach((name, values) -> headers.put(name, String.valueOf(values.get(0))));
        return headers;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        onClosed(new Closed(statusCode, reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable failure) {
        onClosed(new Closed(StompTestClient.BROKEN, String.valueOf(failure)));
    }
}
