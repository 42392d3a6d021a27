package dev.mobilesync.endtoend;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** WebSocket frames as bytes over TCP. It can send malformed frames and returns all received ones. */
final class RawWebSocket {

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;

    private static final int QUIET_MILLIS = 400;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;

    private RawWebSocket() {}

    /**
     * The received frames.
     *
     * @param closeCode 1005 for a close frame without one, 1006 without a close frame
     */
    record CloseResult(List<String> texts, int closeCode, String reason) {}

    /** One masked text frame, as browsers send it. */
    static byte[] frame(int opcode, byte[] payload) {
        return frame(FIN | opcode, true, payload.length, payload);
    }

    /**
     * A frame of any kind.
     *
     * @param first the first byte: FIN, the reserved bits and the opcode
     * @param length the payload length that the frame declares
     */
    static byte[] frame(int first, boolean masked, long length, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        int mask = masked ? MASKED : 0;
        if (length >= 0 && length < 126) {
            frame.write(mask | (int) length);
        } else if (length >= 0 && length < 65_536) {
            frame.write(mask | 126);
            frame.write((int) length >> 8);
            frame.write((int) length);
        } else {
            frame.write(mask | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
        if (masked) {
            frame.writeBytes(new byte[4]);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** Sends bytes after the handshake and reads until the server closes. After an idle period it sends a close frame. */
    static CloseResult exchange(URI server, byte[] sent) throws IOException {
        return exchange(server, sent, QUIET_MILLIS);
    }

    /** The same, for bytes after which the server closes: it has as much time as it needs. */
    static CloseResult exchangeUntilClosed(URI server, byte[] sent) throws IOException {
        return exchange(server, sent, TIMEOUT_MILLIS);
    }

    private static CloseResult exchange(URI server, byte[] sent, int quietMillis) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("GET " + server.getPath() + " HTTP/1.1\r\nHost: " + server.getAuthority()
                                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v12.stomp\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String head = head(in);
            if (!head.startsWith("HTTP/1.1 101 ")) {
                throw new AssertionError("no handshake: " + head);
            }
            write(socket, sent);
            return read(socket, in, quietMillis);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException(head.toString());
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void write(Socket socket, byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException e) {
            // Already closed; the close frame can still be read.
        }
    }

    private static CloseResult read(Socket socket, DataInputStream in, int quietMillis) throws IOException {
        List<String> texts = new ArrayList<>();
        int asked = 0;
        socket.setSoTimeout(quietMillis);
        while (true) {
            int first;
            try {
                first = in.read();
            } catch (SocketTimeoutException e) {
                switch (asked++) {
                    case 0 -> write(socket, frame(CLOSE, new byte[] {3, (byte) 0xe8}));
                    case 1 -> {
                        socket.shutdownOutput();
                        socket.setSoTimeout(TIMEOUT_MILLIS);
                    }
                    default -> throw new AssertionError("the server did not close the connection: " + texts, e);
                }
                continue;
            } catch (SocketException e) {
                return new CloseResult(texts, 1006, "reset");
            }
            if (first < 0) {
                return new CloseResult(texts, 1006, "end of stream");
            }
            byte[] payload;
            try {
                payload = payload(in);
            } catch (EOFException | SocketException e) {
                return new CloseResult(texts, 1006, "half a frame");
            }
            switch (first & 0x0f) {
                case TEXT -> texts.add(new String(payload, StandardCharsets.UTF_8));
                case CLOSE -> {
                    return payload.length < 2
                            ? new CloseResult(texts, 1005, "")
                            : new CloseResult(
                                    texts,
                                    ByteBuffer.wrap(payload).getShort(),
                                    new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
                }
                default -> {
                    // Pong.
                }
            }
        }
    }

    private static byte[] payload(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return payload;
    }
}
