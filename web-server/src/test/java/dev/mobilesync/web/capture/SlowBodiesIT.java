package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.SlowConnections;
import dev.mobilesync.web.WebServerFixture;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slow bodies hold neither a thread nor a slot, and are received within a time limit and at a minimum rate. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class SlowBodiesIT extends SlowBodiesFixture {

    /** Has short timeouts. Its buffer holds 1 MiB in memory and 1 MiB on disk. */
    private final WebServerFixture shortTimeouts = WebServerFixture.shared(Map.of(
            "mobile-sync.body.max-time", "14s",
            "mobile-sync.body.rate-window", "6s",
            "mobile-sync.body.min-rate", "100B",
            "mobile-sync.body.memory", "1MB",
            "mobile-sync.body.disk", "1MB",
            "mobile-sync.limits.anonymous-requests-per-address", "0"));

    /**
     * Opens more connections than the server has threads. They differ in path, method, content type and token, and some have
     * unfinished headers.
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
        int anonymous = 160;
        long start = System.nanoTime();
        try (SlowConnections slow = new SlowConnections(server.port(), beginnings, Duration.ofSeconds(1))) {
            awaitBodies(server, 80);
            for (int i = 0; i < 20; i++) {
                assertAnswersNow(server);
            }
            awaitBodies(server, 80);
            long rounds = (System.nanoTime() - start) / 1_000_000_000 + 1;
            assertThat((long) slow.reopened())
                    .as("only the anonymous ones are not kept")
                    .isLessThanOrEqualTo(anonymous * rounds);
        }
        awaitBodies(server, 0);
    }

    private static void assertAnswersNow(WebServerFixture server) {
        long start = System.nanoTime();
        ExamineeKey examinee = new ExamineeKey("P001", "FAST" + start);
        HttpResponse<String> response = server.api().upload(examinee, DEVICE, Jpegs.picture(320, 240, 2));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NOW);
    }

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
    void captureStartsBeforeItsBody() throws IOException {
        ExamineeKey examinee = newExaminee();
        try (Socket socket = begin(shortTimeouts, examinee)) {
            awaitBodies(shortTimeouts, 1);
            long bodyIncomplete = System.currentTimeMillis();
            finish(socket);
            assertThat(readResponse(socket)).startsWith("HTTP/1.1 201 ");
            Object startedAt = shortTimeouts
                    .nextMessage(status -> status.examinee().equals(examinee))
                    .properties()
                    .getHeaders()
                    .get(AmqpNames.CAPTURE_STARTED_AT);
            assertThat((Long) startedAt).isBetween(bodyIncomplete - NOW.toMillis(), bodyIncomplete);
        }
    }

    @Test
    void waitsForSlot() {
        UploadSlots slots = server.bean(UploadSlots.class);
        assertThat(slots.acquire(NOW).join()).isTrue();
        assertThat(slots.acquire(NOW).join()).isTrue();
        byte[] picture = Jpegs.picture(320, 240, 4);
        CompletableFuture<HttpResponse<String>> upload =
                CompletableFuture.supplyAsync(() -> server.api().upload(newExaminee(), DEVICE, picture));
        poll().until(() -> bodyBytes(server, "memory") > picture.length);
        assertThat(upload).isNotDone();

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
            HttpResponse<String> response = server.api().upload(newExaminee(), DEVICE, Jpegs.picture(320, 240, 5));
            assertProblem(response, ErrorCode.TOO_MANY_REQUESTS, 429);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        } finally {
            slots.release();
            slots.release();
        }
    }

    @ParameterizedTest(name = "{0} bytes every {1} ms")
    @CsvSource({
        // below the minimum rate
        "1, 500, more slowly",
        // longer than the maximum time
        "1500, 500, more than 14 s"
    })
    void rejectsBodyThatTakesTooLong(int bytes, int millis, String detail) throws IOException {
        ExamineeKey examinee = newExaminee();
        shortTimeouts.purgeStatusQueue();
        try (Socket socket = new Socket("127.0.0.1", shortTimeouts.port())) {
            socket.setSoTimeout(60_000);
            send(socket, uploadHead(examinee, 4_000_000));
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> drip(socket, bytes, millis));
            assertThat(readResponse(socket))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"code\":\"CAPTURE_TRANSFER_FAILED\"", "\"retryable\":true", detail);
            socket.shutdownOutput();
            sender.join();
        }
        assertThat(shortTimeouts
                        .nextMessage(status -> status.examinee().equals(examinee))
                        .statusMessage())
                .satisfies(status -> {
                    assertThat(status.status()).isEqualTo(Status.FAILED);
                    assertThat(status.error()).isNotNull().satisfies(error -> assertThat(error.code())
                            .isEqualTo(ErrorCode.CAPTURE_TRANSFER_FAILED));
                });
    }

    @Test
    void answers429WhileSpoolIsFull() throws IOException {
        ExamineeKey first = newExaminee();
        try (Socket socket = new Socket("127.0.0.1", shortTimeouts.port())) {
            send(socket, uploadHead(first, 4_000_000));
            socket.getOutputStream().write(new byte[1_500_000]);
            // Half of the memory, and the block that is being filled.
            poll().until(() -> bodyBytes(shortTimeouts, "memory") == 1024 * 1024 / 2 + 16 * 1024
                    && bodyBytes(shortTimeouts, "disk") > 900_000);

            HttpResponse<String> response = shortTimeouts.api().uploadBody(newExaminee(), "", new byte[0]);
            assertThat(response.statusCode()).isEqualTo(401);
            ExamineeKey second = newExaminee();
            response = shortTimeouts.api().uploadBody(second, token(second), new byte[900_000]);
            assertProblem(response, ErrorCode.TOO_MANY_REQUESTS, 429);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
        poll().until(() -> bodyBytes(shortTimeouts, "disk") == 0 && bodyBytes(shortTimeouts, "memory") == 0);
        assertAnswersNow(shortTimeouts);
    }

    /** Bodies of unauthenticated requests use a separate buffer. */
    @Test
    void pairsWhileSpoolIsFull() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", shortTimeouts.port())) {
            send(socket, uploadHead(newExaminee(), 4_000_000));
            socket.getOutputStream().write(new byte[2 * 1024 * 1024]);
            poll().until(() -> bodyBytes(shortTimeouts, "disk") == 1024 * 1024
                    && bodyBytes(shortTimeouts, "memory") == 1024 * 1024);

            assertThat(shortTimeouts.api().pair(newExaminee(), DEVICE)).isNotEmpty();
        }
    }

    private static double bodyBytes(WebServerFixture server, String where) {
        return server.bean(MeterRegistry.class)
                .get("mobile.sync.bodies.bytes")
                .tag("where", where)
                .gauge()
                .value();
    }

    /** Waits for a minimum number of bodies in flight, or for none if it is 0. */
    private static void awaitBodies(WebServerFixture server, int minimum) {
        MeterRegistry meters = server.bean(MeterRegistry.class);
        poll().until(() -> {
            double bodies = meters.get("mobile.sync.bodies").gauge().value();
            return minimum == 0 ? bodies == 0 : bodies >= minimum;
        });
    }

    private static Socket begin(WebServerFixture server, ExamineeKey examinee) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout(60_000);
        send(socket, uploadHead(examinee, BODY.length));
        socket.getOutputStream().write(BODY, 0, 100);
        return socket;
    }

    private static void finish(Socket socket) throws IOException {
        socket.getOutputStream().write(BODY, 100, BODY.length - 100);
    }

    private static void drip(Socket socket, int bytes, int millis) {
        byte[] piece = new byte[bytes];
        poll().pollInterval(Duration.ofMillis(millis)).until(() -> {
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
}
