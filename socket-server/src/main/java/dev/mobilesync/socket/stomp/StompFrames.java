package dev.mobilesync.socket.stomp;

import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.SyncError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.util.MimeTypeUtils;

/** Encodes the frames that the server sends, except MESSAGE; see {@link StompMessage}. */
public final class StompFrames {

    private static final byte[] HEARTBEAT = {'\n'};

    private static final StompEncoder ENCODER = new StompEncoder();
    private static final byte[] EMPTY = {};

    private StompFrames() {}

    public static byte[] heartbeat() {
        return HEARTBEAT;
    }

    /**
     * @param now the server's time, with which a browser corrects its clock to count down to a deadline
     */
    public static byte[] connected(String version, long heartBeatMillis, Instant now) {
        StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.CONNECTED);
        headers.setNativeHeader("server-time", now.toString());
        headers.setVersion(version);
        headers.setHeartbeat(heartBeatMillis, heartBeatMillis);
        return encode(headers, EMPTY);
    }

    public static byte[] receipt(String receipt) {
        StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.RECEIPT);
        headers.setReceiptId(receipt);
        return encode(headers, EMPTY);
    }

    /** A receipt whose {@code state} header says that the record exists but is unreadable. */
    public static byte[] unreadableStateReceipt(String receipt) {
        StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.RECEIPT);
        headers.setReceiptId(receipt);
        headers.setNativeHeader("state", "unreadable");
        return encode(headers, EMPTY);
    }

    /** An ERROR frame with the body {@code {code, message, retryable}}. */
    public static byte[] error(SyncError error, @Nullable String receipt) {
        StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.ERROR);
        headers.setMessage(error.message());
        headers.setContentType(MimeTypeUtils.APPLICATION_JSON);
        if (receipt != null) {
            headers.setReceiptId(receipt);
        }
        return encode(headers, MessageCodec.mapper().writeValueAsBytes(error));
    }

    /** Whether a header contains a NUL, which the decoder accepts but which would end a frame that repeats the header. */
    public static boolean hasNul(StompHeaderAccessor headers) {
        return headers.toNativeHeaderMap().entrySet().stream()
                .anyMatch(header -> header.getKey().indexOf('\0') >= 0
                        || header.getValue().stream().anyMatch(value -> value != null && value.indexOf('\0') >= 0));
    }

    private static byte[] encode(StompHeaderAccessor headers, byte[] body) {
        return ENCODER.encode(headers.getMessageHeaders(), body);
    }
}
