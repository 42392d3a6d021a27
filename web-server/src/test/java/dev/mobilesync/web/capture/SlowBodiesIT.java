package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.SlowConnections;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow or missing bodies block neither a thread nor a slot. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class SlowBodiesIT {

    private static final String DEVICE = "M001";
    private static final Duration NOW = Duration.ofSeconds(3);
    private static final byte[] BODY = MultipartBody.upload(DEVICE, Jpegs.picture(320, 240, 1));

    /** Handles two uploads at once, with the default timeouts. */
    private final WebServerFixture server = WebServerFixture.withoutRateLimits();

    /** Has short timeouts. Its spool holds 1 MiB in memory and as much on disk. */
    private final WebServerFixture impatient = WebServerFixture.shared(Map.of(
            "mobile-sync.body.max-time", "4s",
            "mobile-sync.body.rate-window", "2s",
            "mobile-sync.body.min-rate", "100B",
            "mobile-sync.body.memory", "1MB",
            "mobile-sync.body.disk", "1MB",
            "mobile-sync.limits.requests-per-address", "0"));

    private int examinees;

    // Many slow connections

    /**
     * More connections than the server has threads: to any path, with any method and content type, with and without a
     * token, with unfinished headers.
     */
    @Test
    void answersDuringManySlowBodies() {
        List<String> beginnings = new ArrayList<>();
        String[] heads = {
            "POST " + ApiClient.capturesPath("P001", "E1"),
            "POST " + ApiClient.REDEEM_PATH,
            "POST " + ApiClient.pairingsPath("P001", "E1"),
            "PUT /nothing",
            "DELETE " + ApiClient.recordsPath("P001"),
            "GET /capture",
            "POST /a;x=1"
        };
        String[] types = {"multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json"};
        for (int i = 0; i < 140; i++) {
            beginnings.add(head(heads[i % heads.length], "", "Content-Type: " + types[i % types.length], 1_000_000));
        }
        for (int i = 0; i < 20; i++) {
            beginnings.add("GET /capture HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        }
        for (int i = 0; i < 40; i++) {
            ExamineeKey examinee = newExaminee();
            beginnings.add(uploadHead(examinee, BODY.length));
            beginnings.add(uploadHead(examinee, BODY.length));
        }
        try (SlowConnections slow = new SlowConnections(server.port(), beginnings, Duration.ofSeconds(1))) {
            awaitBodies(server, 80);
            for (int i = 0; i < 20; i++) {
                assertAnswersNow(server);
            }
            awaitBodies(server, 80);
            assertThat(slow.reopened()).as("anonymous ones are not kept").isLessThan(2_000);
        }
        awaitBodies(server, 0);
    }

    private static void assertAnswersNow(WebServerFixture server) {
        long start = System.nanoTime();
        ExamineeKey examinee = new ExamineeKey("P001", "FAST" + start);
        HttpResponse<String> answer = server.api().upload(examinee, DEVICE, Jpegs.picture(320, 240, 2));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NOW);
    }

    // Rejected without the body

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
            socket.setSoTimeout(10_000);
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
            socket.setSoTimeout(15_000);
            send(socket, head("POST " + ApiClient.capturesPath("P001", "E1"), "", "A: b", 1_000_000));
            assertThat(readResponse(socket)).startsWith("HTTP/1.1 401 ");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    // Slots

    @Test
    void slowUploadsTakeNoSlots() throws IOException {
        ExamineeKey slow = newExaminee();
        try (Socket one = begin(server, slow);
                Socket two = begin(server, slow)) {
            awaitBodies(server, 2);
            assertThat(server.api()
                            .upload(newExaminee(), DEVICE, Jpegs.picture(3))
                            .statusCode())
                    .isEqualTo(201);
            HttpResponse<String> third = server.api().upload(slow, DEVICE, Jpegs.picture(3));
            assertProblem(third, ErrorCode.TOO_MANY_REQUESTS, 429);
            assertThat(third.headers().firstValue("Retry-After")).isPresent();

            finish(one);
            finish(two);
            assertThat(readResponse(one)).startsWith("HTTP/1.1 201 ");
            assertThat(readResponse(two)).startsWith("HTTP/1.1 201 ");
        }
        assertThat(server.api().upload(slow, DEVICE, Jpegs.picture(3)).statusCode())
                .as("the count is given back")
                .isEqualTo(201);
    }

    @Test
    void waitsForSlot() {
        UploadSlots slots = server.bean(UploadSlots.class);
        assertThat(slots.acquire(NOW).join()).isTrue();
        assertThat(slots.acquire(NOW).join()).isTrue();
        CompletableFuture<HttpResponse<String>> upload = CompletableFuture.supplyAsync(
                () -> server.api().upload(newExaminee(), DEVICE, Jpegs.picture(320, 240, 4)));
        poll().until(() -> slots.waiting() == 1);

        slots.release();

        assertThat(upload.join().statusCode()).as(upload.join().body()).isEqualTo(201);
        slots.release();
    }

    @Test
    void answers429WithoutSlotInTime() {
        UploadSlots slots = server.bean(UploadSlots.class);
        assertThat(slots.acquire(NOW).join()).isTrue();
        assertThat(slots.acquire(NOW).join()).isTrue();
        try {
            HttpResponse<String> answer = server.api().upload(newExaminee(), DEVICE, Jpegs.picture(320, 240, 5));
            assertProblem(answer, ErrorCode.TOO_MANY_REQUESTS, 429);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        } finally {
            slots.release();
            slots.release();
        }
    }

    // Timeouts and sizes

    @ParameterizedTest(name = "{0} bytes every {1} ms")
    @CsvSource({
        // under the minimum rate
        "1, 500, more slowly",
        // over the total time
        "1500, 500, more than 4 s"
    })
    void rejectsBodyThatTakesTooLong(int bytes, int millis, String detail) throws IOException {
        ExamineeKey examinee = newExaminee();
        impatient.purgeStatusQueue();
        try (Socket socket = new Socket("127.0.0.1", impatient.port())) {
            socket.setSoTimeout(20_000);
            send(socket, uploadHead(examinee, 4_000_000));
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> drip(socket, bytes, millis));
            assertThat(readResponse(socket))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"CAPTURE_TRANSFER_FAILED\"", "\"retryable\":true", detail);
            socket.shutdownOutput();
            sender.join();
        }
        assertThat(impatient
                        .nextStatus(status -> status.examinee().equals(examinee))
                        .status())
                .satisfies(status -> {
                    assertThat(status.status()).isEqualTo(Status.FAILED);
                    assertThat(status.error()).isNotNull().satisfies(error -> assertThat(error.code())
                            .isEqualTo(ErrorCode.CAPTURE_TRANSFER_FAILED));
                });
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
        socket.setSoTimeout(10_000);
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

    @Test
    void answers429WhileSpoolIsFull() throws IOException {
        ExamineeKey first = newExaminee();
        try (Socket socket = new Socket("127.0.0.1", impatient.port())) {
            send(socket, uploadHead(first, 4_000_000));
            socket.getOutputStream().write(new byte[1_500_000]);
            poll().until(() -> bodyBytes(impatient, "disk") > 400_000);
            assertThat(bodyBytes(impatient, "memory")).isEqualTo(1024 * 1024);

            HttpResponse<String> answer = impatient.api().uploadBody(newExaminee(), "", new byte[0]);
            assertThat(answer.statusCode()).isEqualTo(401);
            ExamineeKey second = newExaminee();
            answer = impatient.api().uploadBody(second, token(second), new byte[900_000]);
            assertProblem(answer, ErrorCode.TOO_MANY_REQUESTS, 429);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        poll().until(() -> bodyBytes(impatient, "disk") == 0 && bodyBytes(impatient, "memory") == 0);
        assertAnswersNow(impatient);
    }

    /** Bodies of unauthenticated requests use a separate spool. */
    @Test
    void pairsWhileSpoolIsFull() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", impatient.port())) {
            send(socket, uploadHead(newExaminee(), 4_000_000));
            socket.getOutputStream().write(new byte[2 * 1024 * 1024]);
            poll().until(() -> bodyBytes(impatient, "disk") == 1024 * 1024);

            assertThat(impatient.api().pair(newExaminee(), DEVICE)).isNotEmpty();
        }
    }

    private static double bodyBytes(WebServerFixture server, String where) {
        return server.bean(MeterRegistry.class)
                .get("mobile.sync.bodies.bytes")
                .tag("where", where)
                .gauge()
                .value();
    }

    /** Waits for uploads in flight, without redemptions. */
    private static void awaitBodies(WebServerFixture server, int least) {
        MeterRegistry meters = server.bean(MeterRegistry.class);
        poll().until(() -> {
            double bodies = meters.get("mobile.sync.bodies").gauge().value();
            return least == 0 ? bodies == 0 : bodies >= least;
        });
    }

    private ExamineeKey newExaminee() {
        return new ExamineeKey("P001", "SLOW" + ++examinees);
    }

    private static Socket begin(WebServerFixture server, ExamineeKey examinee) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(15_000);
        send(socket, uploadHead(examinee, BODY.length));
        socket.getOutputStream().write(BODY, 0, 100);
        return socket;
    }

    private static void finish(Socket socket) throws IOException {
        socket.getOutputStream().write(BODY, 100, BODY.length - 100);
    }

    private static void drip(Socket socket, int bytes, int millis) {
        byte[] piece = new byte[bytes];
        poll().pollInterval(Duration.ofMillis(millis))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    try {
                        socket.getOutputStream().write(piece);
                        return false;
                    } catch (IOException e) {
                        return true;
                    }
                });
    }

    private static String uploadHead(ExamineeKey examinee, int length) {
        return head(
                "POST " + ApiClient.capturesPath(examinee.planId(), examinee.examineeId()),
                token(examinee),
                "Content-Type: " + MultipartBody.CONTENT_TYPE,
                length);
    }

    private static String token(ExamineeKey examinee) {
        return TestTokens.device(examinee.planId(), examinee.examineeId(), DEVICE);
    }

    private static String head(String methodAndPath, String token, String header, int length) {
        return methodAndPath + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n") + "Content-Length: " + length
                + "\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** One response with a {@code Content-Length}. */
    private static String readResponse(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        String head = text.toString();
        int length = head.toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
