package dev.mobilesync.socket.stomp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompDecoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * Decodes frames from fragments of messages, in linear time. If the last frame of a text message lacks only its final NUL,
 * appends the NUL, because React Native truncates text at it. Not thread-safe.
 */
public final class FrameReader {

    private static final StompDecoder DECODER = new StompDecoder();
    private static final byte[] NUL = {0};
    private static final byte[] NOTHING = {};

    private final int maxFrameBytes;
    /** The incomplete frame, which starts with its command. */
    private byte[] buffer = NOTHING;

    private int size;
    private int decodedSize;
    private int scanned;
    /** Position of the body; -1 if the headers are incomplete. */
    private int bodyStart = -1;

    private @Nullable Integer contentLength;
    private boolean completed;

    public FrameReader(int maxFrameBytes) {
        this.maxFrameBytes = maxFrameBytes;
    }

    /** Whether a fragment of this size would exceed the maximum size of a frame. */
    public boolean exceeds(int bytes) {
        return size + bytes > maxFrameBytes;
    }

    /** Whether the content length of the incomplete frame exceeds the maximum size of a frame. */
    public boolean exceedsFrameSize() {
        return contentLength != null && contentLength > maxFrameBytes;
    }

    /**
     * Reads a fragment. Heart-beats may be left out of the result.
     *
     * @param piece must not change afterwards
     * @param endOfText whether a text message ends with this fragment
     * @throws RuntimeException if the data is not STOMP
     */
    public List<Message<byte[]>> read(byte[] piece, boolean endOfText) {
        if (size == 0 && piece.length == 1 && piece[0] == '\n') {
            // A heart-beat, the most frequent message of all.
            completed = false;
            return List.of();
        }
        // A separate message with the NUL of a frame that was already completed.
        boolean late = completed && piece.length > 0 && piece[0] == 0;
        byte[] bytes = late ? Arrays.copyOfRange(piece, 1, piece.length) : piece;
        completed &= piece.length == 0;
        append(bytes);
        List<Message<byte[]>> frames = new ArrayList<>(shouldDecode(bytes) ? decode() : List.of());
        if (endOfText && lacksOnlyNul()) {
            append(NUL);
            frames.addAll(decode());
            completed = true;
        }
        return frames;
    }

    private void append(byte[] bytes) {
        if (size == 0) {
            buffer = bytes;
        } else {
            if (size + bytes.length > buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * size + bytes.length);
            }
            System.arraycopy(bytes, 0, buffer, size, bytes.length);
        }
        size += bytes.length;
    }

    /**
     * Whether the last bytes may complete the frame or its headers. Incomplete headers are also decoded whenever their size
     * has doubled, so that data of other protocols is rejected early.
     */
    private boolean shouldDecode(byte[] bytes) {
        if (bodyStart < 0) {
            findBody();
            // The decoder rejects a CR that no LF follows.
            return bodyStart >= 0 || size > 0 && size >= 2 * decodedSize && buffer[size - 1] != '\r';
        }
        return contentLength == null || contentLength < 0
                ? new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\0') >= 0
                : size - bodyStart > contentLength;
    }

    private List<Message<byte[]>> decode() {
        ByteBuffer input = ByteBuffer.wrap(buffer, 0, size);
        MultiValueMap<String, String> partialHeaders = new LinkedMultiValueMap<>();
        List<Message<byte[]>> frames = DECODER.decode(input, partialHeaders);
        buffer = input.hasRemaining() ? Arrays.copyOfRange(buffer, input.position(), size) : NOTHING;
        size = buffer.length;
        decodedSize = size;
        contentLength = StompHeaderAccessor.getContentLength(partialHeaders);
        scanned = 0;
        bodyStart = -1;
        findBody();
        return frames;
    }

    /** Continues the search for the empty line after the headers. */
    private void findBody() {
        for (; bodyStart < 0 && scanned < size; scanned++) {
            if (buffer[scanned] == '\n') {
                int before = scanned > 0 && buffer[scanned - 1] == '\r' ? scanned - 2 : scanned - 1;
                if (before >= 0 && buffer[before] == '\n') {
                    bodyStart = scanned + 1;
                }
            }
        }
    }

    /**
     * Whether the body has the announced length, or is empty. A body of unknown length is complete only if it ends like a
     * JSON object, because some clients split long frames over several messages.
     */
    private boolean lacksOnlyNul() {
        if (bodyStart < 0) {
            return false;
        }
        int length = size - bodyStart;
        return contentLength == null ? length == 0 || buffer[size - 1] == '}' : length == contentLength;
    }
}
