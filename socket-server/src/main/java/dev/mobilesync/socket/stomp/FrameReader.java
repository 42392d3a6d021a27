package dev.mobilesync.socket.stomp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.BufferingStompDecoder;
import org.springframework.messaging.simp.stomp.StompDecoder;

/**
 * Decodes frames from fragments. Appends the final NUL to a frame of a text message if only that is missing, because React
 * Native truncates text at a NUL. Not thread-safe.
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

    /** Whether a fragment of this size would exceed the maximum size of a frame. */
    public boolean exceeds(int bytes) {
        return decoder.getBufferSize() + bytes > decoder.getBufferSizeLimit();
    }

    /** Whether the content length of the incomplete frame exceeds the maximum size of a frame. */
    public boolean exceedsFrameSize() {
        Integer length = decoder.getExpectedContentLength();
        return length != null && length > decoder.getBufferSizeLimit();
    }

    /**
     * Reads a fragment.
     *
     * @param endOfText whether a text message ends with this fragment
     * @throws RuntimeException if the data is not STOMP
     */
    public List<Message<byte[]>> read(byte[] piece, boolean endOfText) {
        // The NUL of a frame that was already completed, in a separate message.
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
     * Whether the body has the announced length, or is empty. A body of unknown length is complete only if it ends like a
     * JSON object, because some clients split long frames over several messages.
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
