package dev.mobilesync.standalone;

import dev.mobilesync.messages.Broadcast;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MessageType;
import dev.mobilesync.messages.MobileCapture;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.hash.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Passes one capture from a phone's upload to two browsers' connections, over HTTP and STOMP only. Leaves the capture, of the
 * examinee {@code mobile-sync-check}, and a record, which expires.
 */
final class SmokeTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String DEVICE = "check-phone";

    private final ExamineeKey examinee =
            new ExamineeKey("check-" + UUID.randomUUID().toString().substring(0, 8), "mobile-sync-check");
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final DemoData demo;
    private final String web;
    private final URI socket;
    private final PrintStream out;

    SmokeTest(DemoData demo, String web, URI socket, PrintStream out) {
        this.demo = demo;
        this.web = web;
        this.socket = socket;
        this.out = out;
    }

    /** Runs and prints all stages. Returns whether all succeeded. */
    boolean run() {
        try (SmokeTestStompClient examineeClient =
                        stage("examinee's browser connects", () -> connect(demo.examineeToken(examinee)));
                SmokeTestStompClient proctorClient =
                        stage("proctor's browser connects", () -> connect(demo.proctorToken(examinee.planId())))) {
            examineeClient.subscribe(StompTopics.examinee(examinee));
            proctorClient.subscribe(StompTopics.plan(examinee.planId()));
            stage("examinee enters the step: WAITING, with a deadline", () -> {
                examineeClient.send("/app/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId()
                        + "/mobile-sync/wait");
                return examineeClient.await(MessageType.MOBILE_SYNC_WAITING, TIMEOUT);
            });
            byte[] picture = DemoData.picture();
            long uploadStarted = System.nanoTime();
            MobileSyncStatus status = stage(
                    "phone uploads " + picture.length / 1024 + " KiB: 201, stored and confirmed",
                    () -> upload(picture));
            Broadcast completed = stage(
                    "examinee's browser receives mobile_sync_completed",
                    () -> examineeClient.await(MessageType.MOBILE_SYNC_COMPLETED, TIMEOUT));
            stage(
                    "proctor's browser receives it too",
                    () -> proctorClient.await(MessageType.MOBILE_SYNC_COMPLETED, TIMEOUT));
            long total = System.nanoTime() - uploadStarted;
            stage("Redis has the record: COMPLETED", () -> record(status));
            stage("store has the picture, bit for bit", () -> download(status, picture));
            if (!completed.timestamp().equals(status.timestamp())) {
                throw new SmokeTestFailedException("the browsers received another capture");
            }
            out.printf(
                    Locale.ROOT, "%n  OK: from the phone's first byte to both browsers in %d ms%n", total / 1_000_000);
            return true;
        } catch (SmokeTestFailedException e) {
            out.println("\n  FAILED: " + e.getMessage());
            return false;
        }
    }

    private <T> T stage(String name, Callable<T> action) throws SmokeTestFailedException {
        long started = System.nanoTime();
        try {
            T result = action.call();
            out.printf(Locale.ROOT, "  ok   %5d ms  %s%n", (System.nanoTime() - started) / 1_000_000, name);
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SmokeTestFailedException("interrupted");
        } catch (Exception e) {
            out.printf(Locale.ROOT, "  FAIL %5d ms  %s%n", (System.nanoTime() - started) / 1_000_000, name);
            throw new SmokeTestFailedException(name + ": " + e.getMessage());
        }
    }

    private SmokeTestStompClient connect(String token) throws Exception {
        return SmokeTestStompClient.connect(socket, token, TIMEOUT);
    }

    private MobileSyncStatus upload(byte[] picture) throws IOException, InterruptedException, InvalidMessageException {
        String boundary = UUID.randomUUID().toString();
        MobileCapture metadata = new MobileCapture(DEVICE, new DeviceInfo("check", "none"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, boundary, "metadata", "metadata.json", "application/json", MessageCodec.encode(metadata));
        part(body, boundary, "image", "capture.jpg", "image/jpeg", picture);
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        HttpRequest request = request(
                        "/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId()
                                + "/mobile-captures",
                        demo.deviceToken(examinee, DEVICE))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header("Content-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(Sha256.hash(picture)) + ":")
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        HttpResponse<byte[]> response = send(request, 201);
        return MessageCodec.decode(response.body(), MobileSyncStatus.class);
    }

    private static void part(
            ByteArrayOutputStream body, String boundary, String name, String file, String type, byte[] content) {
        body.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\""
                        + file + "\"\r\nContent-Type: " + type + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private SyncRecord record(MobileSyncStatus status) throws IOException, InterruptedException {
        HttpRequest request = request(
                        "/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync",
                        demo.proctorToken(examinee.planId()))
                .build();
        SyncRecord record = MessageCodec.mapper().readValue(send(request, 200).body(), SyncRecord.class);
        if (!record.timestamp().equals(status.timestamp())) {
            throw new IOException("the record is of another capture");
        }
        return record;
    }

    private byte[] download(MobileSyncStatus status, byte[] sent) throws IOException, InterruptedException {
        if (status.captureInfo() == null) {
            throw new IOException("the response to the upload names no picture");
        }
        byte[] stored = send(
                        request(status.captureInfo().imageUrl(), demo.proctorToken(examinee.planId()))
                                .build(),
                        200)
                .body();
        if (!Arrays.equals(stored, sent)) {
            throw new IOException("the stored picture differs");
        }
        return stored;
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(web + path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private HttpResponse<byte[]> send(HttpRequest request, int expectedStatus)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != expectedStatus) {
            throw new IOException(
                    "response " + response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response;
    }
}
