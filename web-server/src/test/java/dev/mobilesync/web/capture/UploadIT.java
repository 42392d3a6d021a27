package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.JpegFixtures;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Repeated and simultaneous uploads, sizes, limits and callers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class UploadIT extends UploadFixture {

    @Test
    void repeatsMessageOfRepeatedUpload() throws Exception {
        byte[] picture = Jpegs.picture(2);
        HttpResponse<String> first = api.upload(examinee, DEVICE, picture, "Idempotency-Key", "a");
        HttpResponse<String> second = api.upload(examinee, DEVICE, picture, "Idempotency-Key", "a");
        HttpResponse<String> third = api.upload(examinee, DEVICE, picture);

        assertThat(List.of(first.statusCode(), second.statusCode(), third.statusCode()))
                .containsOnly(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(third.body()).isEqualTo(first.body());
        String id = server.nextMessage().properties().getMessageId();
        assertThat(server.nextMessage().properties().getMessageId()).isEqualTo(id);
        assertThat(server.nextMessage().properties().getMessageId()).isEqualTo(id);
    }

    @Test
    void timesUploadsByOutcome() {
        double completed = uploads("COMPLETED");
        double invalid = uploads("CAPTURE_NOT_AN_IMAGE");

        api.upload(examinee, DEVICE, Jpegs.picture(9));
        assertProblem(api.upload(examinee, DEVICE, new byte[] {1}), ErrorCode.CAPTURE_NOT_AN_IMAGE, 415);

        assertThat(uploads("COMPLETED") - completed).isEqualTo(1);
        assertThat(uploads("CAPTURE_NOT_AN_IMAGE") - invalid).isEqualTo(1);
    }

    private double uploads(String outcome) {
        return server.bean(MeterRegistry.class)
                .get("mobile.sync.uploads")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    @Test
    void mergesSimultaneousUploadsOfSameImage() throws Exception {
        byte[] picture = Jpegs.picture(3);
        List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            responses.add(CompletableFuture.supplyAsync(() -> api.upload(examinee, DEVICE, picture)));
        }
        assertThat(responses.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
                .containsOnly(201);
        assertThat(responses.stream()
                        .map(CompletableFuture::join)
                        .map(HttpResponse::body)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void acceptsAnotherImageAsNewCapture() throws Exception {
        HttpResponse<String> first = api.upload(examinee, DEVICE, Jpegs.picture(4));
        HttpResponse<String> second = api.upload(examinee, DEVICE, Jpegs.picture(5));

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isNotEqualTo(first.body());
    }

    @Test
    void rejectsIdempotencyKeyOfAnotherImage() throws Exception {
        api.upload(examinee, DEVICE, Jpegs.picture(6), "Idempotency-Key", "b");
        HttpResponse<String> second = api.upload(examinee, DEVICE, Jpegs.picture(7), "Idempotency-Key", "b");

        assertProblem(second, ErrorCode.INVALID_REQUEST, 400);
    }

    @Test
    void acceptsSameImageAfterRetakeRequest() throws Exception {
        byte[] picture = Jpegs.picture(8);
        HttpResponse<String> first = api.upload(examinee, DEVICE, picture);
        requestRetake(server.nextMessage().statusMessage().timestamp());

        HttpResponse<String> second = api.upload(examinee, DEVICE, picture);

        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isNotEqualTo(first.body());
    }

    /** The clocks of the servers that wrote the earlier events are ahead. */
    @Test
    void timestampFollowsEarlierEvents() throws Exception {
        Instant ahead = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MILLIS);
        requestRetake(ahead);
        assertThat(api.upload(examinee, DEVICE, Jpegs.picture(41)).statusCode()).isEqualTo(201);
        Instant first = server.nextMessage().statusMessage().timestamp();
        assertThat(first).isEqualTo(ahead.plusMillis(1));

        assertThat(api.upload(examinee, DEVICE, Jpegs.picture(42)).statusCode()).isEqualTo(201);
        assertThat(server.nextMessage().statusMessage().timestamp()).isEqualTo(ahead.plusMillis(2));
    }

    /** The phone was paired again, and its page has the same key for the same picture. */
    @Test
    void storesPictureOfBeforeResetAgain() throws Exception {
        byte[] picture = Jpegs.picture(43);
        assertThat(api.upload(examinee, DEVICE, picture, "Idempotency-Key", "k").statusCode())
                .isEqualTo(201);
        Instant first = server.nextMessage().statusMessage().timestamp();
        SyncRecord reset = SyncRecord.builder(examinee)
                .status(Status.WAITING, "m", first.plusMillis(5))
                .retake(null, first.minusMillis(5))
                .reset(first.plusMillis(5))
                .deadline(first.plusSeconds(300))
                .build();
        server.bean(StringRedisTemplate.class).opsForHash().putAll(RedisKeys.record(examinee), reset.toHash());

        assertThat(api.upload(examinee, DEVICE, picture, "Idempotency-Key", "k").statusCode())
                .isEqualTo(201);
        assertThat(server.nextMessage().statusMessage().timestamp()).isAfter(first.plusMillis(5));
        assertThat(api.upload(examinee, DEVICE, Jpegs.picture(44), "Idempotency-Key", "k")
                        .statusCode())
                .isEqualTo(400);
    }

    private void requestRetake(Instant at) {
        SyncRecord retake = SyncRecord.builder(examinee)
                .status(Status.WAITING, "m", at)
                .retake("too dark", at)
                .deadline(at.plusSeconds(300))
                .build();
        server.bean(StringRedisTemplate.class).opsForHash().putAll(RedisKeys.record(examinee), retake.toHash());
    }

    @Test
    void storesSameImageForAnotherPlan() throws Exception {
        byte[] picture = Jpegs.picture(9);
        api.upload(examinee, DEVICE, picture);
        HttpResponse<String> other = api.upload(new ExamineeKey("P002", examinee.examineeId()), DEVICE, picture);

        assertThat(other.statusCode()).isEqualTo(201);
        assertThat(ApiClient.json(other).at("/data/planId").asString()).isEqualTo("P002");
    }

    static Stream<Arguments> badPictures() {
        byte[] complete = Jpegs.picture(19);
        return Stream.of(
                arguments("a PNG", Jpegs.png(19)),
                arguments("a text", "hello".getBytes(StandardCharsets.UTF_8)),
                arguments("one byte", new byte[1]),
                arguments("truncated", Arrays.copyOf(complete, complete.length / 2)),
                arguments("60,000 x 60,000", JpegFixtures.ofSize(60_000, 60_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPictures")
    void rejectsInvalidImage(String name, byte[] bytes) throws Exception {
        assertProblem(api.upload(examinee, DEVICE, bytes), ErrorCode.CAPTURE_NOT_AN_IMAGE, 415);
        assertFailurePublished(ErrorCode.CAPTURE_NOT_AN_IMAGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {5 * 1024 * 1024 + 1, 6_000_000, 100_000_000})
    void rejectsTooLargeImage(int size) throws Exception {
        assertProblem(api.upload(examinee, DEVICE, new byte[size]), ErrorCode.CAPTURE_TOO_LARGE, 413);
        assertFailurePublished(ErrorCode.CAPTURE_TOO_LARGE);
    }

    @Test
    void acceptsLargestImage() throws Exception {
        // Bytes after the end of a JPEG are allowed.
        byte[] picture = Arrays.copyOf(Jpegs.picture(20), 5 * 1024 * 1024);

        assertThat(api.upload(examinee, DEVICE, picture).statusCode()).isEqualTo(201);
    }

    @Test
    void answers429BeyondUploadLimit() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(23));
        try (Socket one = new Socket("127.0.0.1", server.port());
                Socket two = new Socket("127.0.0.1", server.port())) {
            for (Socket slow : List.of(one, two)) {
                slow.getOutputStream().write(head(body.length));
                slow.getOutputStream().write(body, 0, 100);
            }
            Awaitility.await().untilAsserted(() -> {
                HttpResponse<String> response = api.upload(examinee, DEVICE, Jpegs.picture(23));
                assertProblem(response, ErrorCode.TOO_MANY_REQUESTS, 429);
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
            });
        }
        Awaitility.await()
                .until(() -> api.upload(examinee, DEVICE, Jpegs.picture(23)).statusCode() == 201);
    }
}
