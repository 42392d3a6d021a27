package dev.mobilesync.web.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are rejected before or while their body arrives, and chunked bodies. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class RejectedBodiesIT extends SlowBodiesFixture {

    @Test
    void answersRejectedRequestsBeforeTheirBodies() throws IOException {
        ExamineeKey examinee = newExaminee();
        String captures = "POST " + ApiClient.capturesPath(examinee.planId(), examinee.examineeId());
        String type = "Content-Type: " + MultipartBody.CONTENT_TYPE;
        assertAnsweredNow(head(captures, "", type, 1_000_000), 401, "UNAUTHENTICATED");
        assertAnsweredNow(
                head(captures, TestTokens.device("P001", "OTHER", DEVICE), type, 1_000_000), 403, "FORBIDDEN");
        assertAnsweredNow(head(captures, token(examinee), type, 100_000_000), 413, "CAPTURE_TOO_LARGE");
        assertAnsweredNow(
                head(captures, token(examinee), type + "\r\nContent-Encoding: gzip", 1_000_000),
                415,
                "Content-Encoding");
        assertAnsweredNow(
                head("POST " + ApiClient.REDEEM_PATH, "", "Content-Encoding: gzip", 100), 415, "Content-Encoding");
        assertAnsweredNow(
                head("PUT /nothing", "", "Content-Type: application/x-www-form-urlencoded", 99), 401, "UNAUTH");
        assertAnsweredNow(head("POST /nothing", token(examinee), type, 1_000_000), 404, "NOT_FOUND");
    }

    private void assertAnsweredNow(String head, int status, String word) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout((int) NOW.toMillis());
            send(socket, head);
            String answer = readResponse(socket);
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains(word, "application/problem+json");
        }
    }

    /** A client that writes its whole body before it reads receives the response, and can reuse the connection. */
    @Test
    void keepsConnectionIfRejectedBodyArrives() throws IOException {
        ExamineeKey examinee = newExaminee();
        String path = "POST " + ApiClient.capturesPath(examinee.planId(), examinee.examineeId());
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            for (int i = 0; i < 3; i++) {
                send(socket, head(path, "", "Content-Type: " + MultipartBody.CONTENT_TYPE, 3_000_000));
                socket.getOutputStream().write(new byte[3_000_000]);
                assertThat(readResponse(socket)).startsWith("HTTP/1.1 401 ");
            }
        }
    }

    @Test
    void closesConnectionIfRejectedBodyDoesNotArrive() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            send(socket, head("POST " + ApiClient.capturesPath("P001", "E1"), "", "A: b", 1_000_000));
            assertThat(readResponse(socket)).startsWith("HTTP/1.1 401 ");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void acceptsChunkedUpload(boolean inSmallPieces) throws IOException {
        try (Socket socket = openChunkedUpload()) {
            int size = inSmallPieces ? 100 : 4_096;
            for (int from = 0; from < BODY.length; from += size) {
                int length = Math.min(size, BODY.length - from);
                send(socket, Integer.toHexString(length) + "\r\n");
                socket.getOutputStream().write(BODY, from, length);
                send(socket, "\r\n");
            }
            send(socket, "0\r\n\r\n");
            assertThat(readResponse(socket)).startsWith("HTTP/1.1 201 ");
        }
    }

    private Socket openChunkedUpload() throws IOException {
        ExamineeKey examinee = newExaminee();
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(60_000);
        send(
                socket,
                "POST " + ApiClient.capturesPath(examinee.planId(), examinee.examineeId())
                        + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token(examinee) + "\r\nContent-Type: "
                        + MultipartBody.CONTENT_TYPE + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        return socket;
    }

    /** A too large body without a declared length is not read to its end. */
    @Test
    void rejectsTooLargeChunkedBody() throws IOException {
        try (Socket socket = openChunkedUpload()) {
            send(socket, Integer.toHexString(6_000_000) + "\r\n");
            socket.getOutputStream().write(new byte[6_000_000]);
            assertThat(readResponse(socket)).startsWith("HTTP/1.1 413 ").contains("CAPTURE_TOO_LARGE");
        }
    }
}
