package dev.mobilesync.socket.stomp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.BufferingStompDecoder;
import org.springframework.messaging.simp.stomp.StompDecoder;

/**
 * Makes frames of what arrives in pieces. A text message whose last frame is whole but for its final NUL, which React
 * Native cuts off, is completed. Used by one thread at a time.
 */
public final class FrameReader {

    private static final StompDecoder DECODER = new StompDecoder();
    private static final byte[] NUL = {0};
    private static final byte[] NOTHING = {};

    private final BufferingStompDecoder decoder;
    private byte[] unfinished = NOTHING;
    private boolean completed;

    public FrameReader(int maxFrameBytes) {
        this.decoder = new BufferingStompDecoder(DECODER, maxFrameBytes);
    }

    /** Whether a piece is too long for a frame together with what came before it. */
    public boolean exceeds(int bytes) {
        return decoder.getBufferSize() + bytes > decoder.getBufferSizeLimit();
    }

    /** Whether the frame that is coming in has announced more than it may have. */
    public boolean expectsTooMuch() {
        Integer length = decoder.getExpectedContentLength();
        return length != null && length > decoder.getBufferSizeLimit();
    }

    /**
     * Reads a piece.
     *
     * @param endOfText whether a text message ends with it
     * @throws RuntimeException if it is not STOMP
     */
    public List<Message<byte[]>> read(byte[] piece, boolean endOfText) {
        // The NUL of a frame that was completed here, in a message of its own.
        boolean late = completed && piece.length > 0 && piece[0] == 0;
        byte[] bytes = late ? Arrays.copyOfRange(piece, 1, piece.length) : piece;
        completed &= piece.length == 0;
        List<Message<byte[]>> frames = new ArrayList<>(decoder.decode(ByteBuffer.wrap(bytes)));
        keepUnfinished(bytes);
        if (endOfText && lacksOnlyNul()) {
            frames.addAll(decoder.decode(ByteBuffer.wrap(NUL)));
            unfinished = NOTHING;
            completed = true;
        }
        return frames;
    }

    private void keepUnfinished(byte[] bytes) {
        int size = decoder.getBufferSize();
        if (size == 0) {
            unfinished = NOTHING;
            return;
        }
        byte[] all = Arrays.copyOf(unfinished, unfinished.length + bytes.length);
        System.arraycopy(bytes, 0, all, unfinished.length, bytes.length);
        unfinished = Arrays.copyOfRange(all, all.length - size, all.length);
    }

    /**
     * Whether the body is as long as announced, or there is none. A body of unknown length ends with a message only if it
     * is the end of a JSON object: some clients send long frames in several messages.
     */
    private boolean lacksOnlyNul() {
        int body = bodyStart();
        if (body < 0) {
            return false;
        }
        int length = unfinished.length - body;
        Integer expected = decoder.getExpectedContentLength();
        return expected == null ? length == 0 || unfinished[unfinished.length - 1] == '}' : length == expected;
    }

    private int bodyStart() {
        for (int i = 0; i + 1 < unfinished.length; i++) {
            if (unfinished[i] == '\n') {
                int next = unfinished[i + 1] == '\r' ? i + 2 : i + 1;
                if (next < unfinished.length && unfinished[next] == '\n' && i > 0) {
                    return next + 1;
                }
            }
        }
        return -1;
    }
}
