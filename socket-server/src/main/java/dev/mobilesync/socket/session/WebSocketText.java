package dev.mobilesync.socket.session;

import io.netty.buffer.ByteBuf;

/**
 * Encodes WebSocket text frames of a server (RFC 6455, section 5.2), final and unmasked, into one buffer. Netty's encoder makes
 * an object and a buffer for each of them.
 */
final class WebSocketText {

    private static final int FINAL_TEXT = 0x81;
    private static final int MAX_SHORT = 125;
    private static final int MAX_MEDIUM = 0xFFFF;
    private static final int MEDIUM = 126;
    private static final int LONG = 127;
    private static final int MAX_HEADER_BYTES = 10;

    private WebSocketText() {}

    /** Upper bound of the encoded size, in bytes. */
    static int size(byte[][] parts) {
        return MAX_HEADER_BYTES + length(parts);
    }

    /**
     * @param parts the payload in UTF-8
     */
    static void write(byte[][] parts, ByteBuf buffer) {
        int length = length(parts);
        buffer.writeByte(FINAL_TEXT);
        if (length <= MAX_SHORT) {
            buffer.writeByte(length);
        } else if (length <= MAX_MEDIUM) {
            buffer.writeByte(MEDIUM).writeShort(length);
        } else {
            buffer.writeByte(LONG).writeLong(length);
        }
        for (byte[] part : parts) {
            buffer.writeBytes(part);
        }
    }

    private static int length(byte[][] parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        return length;
    }
}
