package dev.mobilesync.endtoend;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** HTTP as bytes over TCP. It can send malformed requests and returns the complete response. */
final class RawHttp {

    private static final int TIMEOUT_MILLIS = 60_000;

    private RawHttp() {}

    /**
     * One response.
     *
     * @param status 0 if the connection closed without a response
     * @param head the status line and the headers
     */
    record Response(int status, String head, String body) {}

    /** Sends the bytes, shuts the output down and reads until the server closes the connection. */
    static List<Response> exchange(URI server, byte[] request) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                socket.shutdownOutput();
            } catch (SocketException e) {
                // Rejected before all bytes were sent; a response may still arrive.
            }
            InputStream in = new BufferedInputStream(socket.getInputStream());
            try {
                in.transferTo(received);
            } catch (SocketTimeoutException e) {
                throw new AssertionError(
                        "neither a response nor a close: " + received.toString(StandardCharsets.ISO_8859_1), e);
            } catch (SocketException e) {
                // The server reset the connection without reading all; the bytes received so far count.
            }
        }
        return responses(received.toString(StandardCharsets.ISO_8859_1));
    }

    private static List<Response> responses(String text) {
        List<Response> responses = new ArrayList<>();
        if (!text.isEmpty() && !text.startsWith("HTTP/")) {
            // An HTTP/0.9 response has no head.
            return List.of(new Response(0, "", text));
        }
        int at = 0;
        while (text.startsWith("HTTP/1.1 ", at)) {
            int end = text.indexOf("\r\n\r\n", at);
            if (end < 0) {
                throw new AssertionError("incomplete response: " + text.substring(at));
            }
            String head = text.substring(at, end);
            int next = text.indexOf("HTTP/1.1 ", end);
            String body = text.substring(end + 4, next < 0 ? text.length() : next);
            responses.add(new Response(Integer.parseInt(head.substring(9, 12)), head, body));
            at = next < 0 ? text.length() : next;
        }
        if (at < text.length()) {
            throw new AssertionError("not HTTP: " + text.substring(at));
        }
        return responses;
    }
}
