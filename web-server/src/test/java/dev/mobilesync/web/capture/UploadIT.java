package dev.mobilesync.web.capture;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileCapture;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.JpegFixtures;
import dev.mobilesync.web.WebServerFixture;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Uploads over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class UploadIT {

    private static final String PLAN = "P001";
    private static final String DEVICE = "M001";

    private final WebServerFixture server = WebServerFixture.withoutRateLimits();
    private final ApiClient api = server.api();
    private int examinees;
    private ExamineeKey examinee = new ExamineeKey(PLAN, "E0");

    @BeforeEach
    void nextExaminee() {
        examinee = new ExamineeKey(PLAN, "E" + ++examinees);
        server.purgeStatusQueue();
    }

    // Retries

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
        String id = server.nextStatus().properties().getMessageId();
        assertThat(server.nextStatus().properties().getMessageId()).isEqualTo(id);
        assertThat(server.nextStatus().properties().getMessageId()).isEqualTo(id);
    }

    @Test
    void mergesSimultaneousUploadsOfSameImage() throws Exception {
        byte[] picture = Jpegs.picture(3);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            answers.add(CompletableFuture.supplyAsync(() -> api.upload(examinee, DEVICE, picture)));
        }
        assertThat(answers.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
                .containsOnly(201);
        assertThat(answers.stream()
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
        requestRetake(server.nextStatus().status().timestamp());

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
        Instant first = server.nextStatus().status().timestamp();
        assertThat(first).isEqualTo(ahead.plusMillis(1));

        assertThat(api.upload(examinee, DEVICE, Jpegs.picture(42)).statusCode()).isEqualTo(201);
        assertThat(server.nextStatus().status().timestamp()).isEqualTo(ahead.plusMillis(2));
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

    // Digests

    @Test
    void acceptsMatchingDigest() throws Exception {
        byte[] picture = Jpegs.picture(10);
        HttpResponse<String> answer = api.upload(
                examinee, DEVICE, picture, "Content-Digest", "md5=:AAAA:, " + Digests.contentDigest(picture));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void reportsMismatchingDigest() throws Exception {
        HttpResponse<String> answer = api.upload(
                examinee, DEVICE, Jpegs.picture(11), "Content-Digest", Digests.contentDigest(Jpegs.picture(12)));

        assertProblem(answer, ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void rejectsMalformedDigest() throws Exception {
        HttpResponse<String> answer = api.upload(examinee, DEVICE, Jpegs.picture(13), "Content-Digest", "sha-256=abc");

        assertProblem(answer, ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollStatus()).isEmpty();
    }

    @Test
    void acceptsDigestOfWholeBody() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(27));
        HttpResponse<String> answer =
                api.uploadBody(examinee, token(), body, "Content-Digest", Digests.contentDigest(body));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void acceptsDigestOfImagePart() throws Exception {
        byte[] picture = Jpegs.picture(28);
        HttpResponse<String> answer = uploadForm(new MultipartBody()
                .metadataOf(DEVICE)
                .part("image", "image/jpeg\r\nContent-Digest: " + Digests.contentDigest(picture), picture));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void rejectsWrongDigestOfImagePart() throws Exception {
        MultipartBody form = new MultipartBody()
                .metadataOf(DEVICE)
                .part(
                        "image",
                        "image/jpeg\r\nContent-Digest: " + Digests.contentDigest(Jpegs.picture(29)),
                        Jpegs.picture(30));
        byte[] body = form.bytes();
        // Matches the body, but not the image in it.
        HttpResponse<String> answer =
                api.uploadBody(examinee, token(), body, "Content-Digest", Digests.contentDigest(body));

        assertProblem(answer, ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void rejectsMalformedDigestOfImagePart() throws Exception {
        HttpResponse<String> answer = uploadForm(new MultipartBody()
                .metadataOf(DEVICE)
                .part("image", "image/jpeg\r\nContent-Digest: sha-256=abc", Jpegs.picture(30)));

        assertProblem(answer, ErrorCode.INVALID_REQUEST, 400);
    }

    // Damaged transfers

    static Stream<Arguments> damagedTransfers() {
        byte[] whole = MultipartBody.upload(DEVICE, Jpegs.picture(43));
        return Stream.of(
                arguments("no bytes", new byte[0]),
                arguments("an empty image", MultipartBody.upload(DEVICE, new byte[0])),
                arguments("no closing boundary", Arrays.copyOf(whole, whole.length - 40)),
                arguments("half", Arrays.copyOf(whole, whole.length / 2)),
                arguments("within the first part's headers", Arrays.copyOf(whole, 60)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damagedTransfers")
    void reportsDamagedTransferAsRetryable(String name, byte[] body) throws Exception {
        assertProblem(api.uploadBody(examinee, token(), body), ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void reportsEmptyChunkedBodyAsRetryable() throws Exception {
        HttpResponse<String> answer = api.send(api.request(path(), token())
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.noBody())));

        assertProblem(answer, ErrorCode.CAPTURE_TRANSFER_FAILED, 400);
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    /** A retry would send the same form again. */
    @Test
    void rejectsFormWithLineFeedsOnly() throws Exception {
        String form = new String(MultipartBody.upload(DEVICE, Jpegs.picture(44)), StandardCharsets.ISO_8859_1);
        byte[] body = form.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1);

        assertProblem(api.uploadBody(examinee, token(), body), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollStatus()).isEmpty();
    }

    // Metadata

    @Test
    void readsMetadataWithoutContentTypeAsJson() throws Exception {
        HttpResponse<String> answer = uploadForm(new MultipartBody()
                .image(Jpegs.picture(45))
                .part("metadata", "", MessageCodec.encode(new MobileCapture(DEVICE, null))));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @Test
    void truncatesLongDeviceInfo() throws Exception {
        String model = "x".repeat(127) + "\uD83D\uDCF1" + "y".repeat(8);
        HttpResponse<String> answer = uploadForm(new MultipartBody()
                .image(Jpegs.picture(46))
                .metadata("{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"M001\",\"deviceInfo\":{\"model\":\""
                        + model + "\",\"osVersion\":\"iOS 15.0\"}}}"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(ApiClient.json(answer)
                        .at("/data/captureInfo/deviceInfo/model")
                        .asString())
                .isEqualTo("x".repeat(127));
    }

    // Headers

    @ParameterizedTest
    @ValueSource(ints = {8_400, 12_000})
    void acceptsLargeToken(int size) throws Exception {
        HttpResponse<String> answer =
                api.uploadBody(examinee, tokenOf(size), MultipartBody.upload(DEVICE, Jpegs.picture(47)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 60_000})
    void answersOversizedHeadersWith431(int size) throws Exception {
        HttpResponse<String> answer = api.get(path(), tokenOf(size));

        assertProblem(answer, ErrorCode.INVALID_REQUEST, 431);
    }

    private String tokenOf(int size) {
        return TestTokens.mint(Map.of(
                "role",
                "device",
                "plan",
                PLAN,
                "examinee",
                examinee.examineeId(),
                "device",
                DEVICE,
                "padding",
                "x".repeat(size * 3 / 4)));
    }

    // Bad ids

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2F..%2Fetc",
                "%2e%2e%2fE001",
                "..%5cE001",
                "E%3A001",
                "E:001",
                "E*",
                "E%2A",
                "E%23001",
                "",
                "%20",
                "E%00",
                "E%25",
                "E;v=1",
                "%E2%82%AC",
                "-E001",
                "_E001",
                "E%0d%0aX",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void rejectsMalformedId(String id) throws Exception {
        String token = TestTokens.device(PLAN, "E001", DEVICE);
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(14));

        assertProblem(api.uploadBody(ApiClient.capturesPath(PLAN, id), token, body), ErrorCode.INVALID_REQUEST, 400);
        assertProblem(api.uploadBody(ApiClient.capturesPath(id, "E001"), token, body), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollStatus()).isEmpty();
    }

    @Test
    void rejectsMalformedDeviceId() throws Exception {
        assertProblem(
                uploadForm(new MultipartBody()
                        .image(Jpegs.picture(15))
                        .metadata("{\"type\":\"mobile_capture\",\"data\":{\"deviceId\":\"../M001\"}}")),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    // Bad forms

    static Stream<Arguments> badForms() {
        byte[] picture = Jpegs.picture(16);
        return Stream.of(
                arguments("nothing", new MultipartBody()),
                arguments("no metadata", new MultipartBody().image(picture)),
                arguments("no image", new MultipartBody().metadataOf(DEVICE)),
                arguments(
                        "two images",
                        new MultipartBody().metadataOf(DEVICE).image(picture).image(picture)),
                arguments(
                        "metadata of no type, not JSON",
                        new MultipartBody().image(picture).part("metadata", "", new byte[2])),
                arguments(
                        "metadata as text",
                        new MultipartBody()
                                .image(picture)
                                .part("metadata", "text/plain", "{}".getBytes(StandardCharsets.UTF_8))),
                arguments(
                        "metadata not JSON", new MultipartBody().image(picture).metadata("{")),
                arguments("metadata empty", new MultipartBody().image(picture).metadata("")),
                arguments(
                        "metadata without device",
                        new MultipartBody().image(picture).metadata("{\"type\":\"mobile_capture\",\"data\":{}}")),
                arguments(
                        "another message",
                        new MultipartBody()
                                .image(picture)
                                .metadata("{\"type\":\"mobile_sync_wait\",\"data\":{\"planId\":\"P001\","
                                        + "\"examineeId\":\"E001\",\"timestamp\":\"2024-01-01T09:00:00Z\"}}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badForms")
    void rejectsMalformedForm(String name, MultipartBody form) throws Exception {
        assertProblem(uploadForm(form), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.pollStatus()).isEmpty();
    }

    @Test
    void rejectsBodyOtherThanForm() throws Exception {
        HttpResponse<String> answer = api.send(api.request(path(), token())
                .header("Content-Type", "image/jpeg")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Jpegs.picture(17))));

        assertProblem(answer, ErrorCode.INVALID_REQUEST, 400);
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        HttpResponse<String> answer = uploadForm(new MultipartBody()
                .image(Jpegs.picture(18))
                .part("extra", "text/plain", new byte[] {1})
                .metadata("{\"type\":\"mobile_capture\",\"x\":1,\"data\":{\"deviceId\":\"M001\",\"y\":{}}}"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    // Bad pictures

    static Stream<Arguments> badPictures() {
        byte[] whole = Jpegs.picture(19);
        return Stream.of(
                arguments("a PNG", Jpegs.png(19)),
                arguments("a text", "hello".getBytes(StandardCharsets.UTF_8)),
                arguments("one byte", new byte[1]),
                arguments("truncated", Arrays.copyOf(whole, whole.length / 2)),
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

    // Cut off

    @Test
    void reportsInterruptedUpload() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(21));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head(body.length));
            socket.getOutputStream().write(body, 0, body.length / 2);
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"CAPTURE_TRANSFER_FAILED\"");
        }
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    @Test
    void publishesFailureOfDisconnectedPhone() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(22));
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(head(body.length));
            socket.getOutputStream().write(body, 0, body.length / 2);
        }
        assertFailurePublished(ErrorCode.CAPTURE_TRANSFER_FAILED);
    }

    // Too many

    @Test
    void answers429BeyondUploadLimit() throws Exception {
        byte[] body = MultipartBody.upload(DEVICE, Jpegs.picture(23));
        try (Socket one = new Socket("127.0.0.1", server.port());
                Socket two = new Socket("127.0.0.1", server.port())) {
            for (Socket slow : List.of(one, two)) {
                slow.getOutputStream().write(head(body.length));
                slow.getOutputStream().write(body, 0, 100);
            }
            Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                HttpResponse<String> answer = api.upload(examinee, DEVICE, Jpegs.picture(23));
                assertProblem(answer, ErrorCode.TOO_MANY_REQUESTS, 429);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            });
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> api.upload(examinee, DEVICE, Jpegs.picture(23)).statusCode() == 201);
    }

    // Callers

    static Stream<Arguments> unauthorizedCallers() {
        return Stream.of(
                arguments("no token", "", 401),
                arguments("malformed token", "nonsense", 401),
                arguments(
                        "another secret",
                        TestTokens.mint(
                                Map.of("role", "device", "plan", PLAN, "examinee", "E1", "device", DEVICE),
                                "another-secret-that-is-long-enough-0123456789"),
                        401),
                arguments(
                        "another audience",
                        TestTokens.mint(Map.of(
                                "aud", "other", "role", "device", "plan", PLAN, "examinee", "E1", "device", DEVICE)),
                        401),
                arguments(
                        "expired",
                        TestTokens.mint(Map.of(
                                "exp",
                                Date.from(Instant.now().minusSeconds(600)),
                                "role",
                                "device",
                                "plan",
                                PLAN,
                                "examinee",
                                "E1",
                                "device",
                                DEVICE)),
                        401),
                arguments("no role", TestTokens.mint(Map.of("plan", PLAN, "examinee", "E1", "device", DEVICE)), 401),
                arguments("the examinee", TestTokens.examinee(PLAN, "E1"), 403),
                arguments("a proctor", TestTokens.proctor("p", PLAN), 403),
                arguments("another examinee's phone", TestTokens.device(PLAN, "E2", DEVICE), 403),
                arguments("another plan's phone", TestTokens.device("P002", "E1", DEVICE), 403),
                arguments("another phone", TestTokens.device(PLAN, "E1", "M002"), 403));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unauthorizedCallers")
    void rejectsUnauthorizedUpload(String name, String token, int status) throws Exception {
        HttpResponse<String> answer =
                api.uploadBody(new ExamineeKey(PLAN, "E1"), token, MultipartBody.upload(DEVICE, Jpegs.picture(24)));

        assertProblem(answer, status == 401 ? ErrorCode.UNAUTHENTICATED : ErrorCode.FORBIDDEN, status);
        assertThat(server.pollStatus()).isEmpty();
    }

    @Test
    void answersUnknownPathsWithProblems() throws Exception {
        assertProblem(api.get("/nothing", ""), ErrorCode.UNAUTHENTICATED, 401);
        assertProblem(api.get("/nothing", TestTokens.proctor("p", PLAN)), ErrorCode.NOT_FOUND, 404);
        assertProblem(api.get(path(), TestTokens.proctor("p", PLAN)), ErrorCode.INVALID_REQUEST, 405);
    }

    // Browsers

    @Test
    void acceptsPageOfListedOrigin() throws Exception {
        HttpResponse<String> preflight = api.send(preflight("https://exam.example.com"));

        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("https://exam.example.com");
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Headers")
                        .orElseThrow())
                .containsIgnoringCase("authorization")
                .containsIgnoringCase("idempotency-key");
        HttpResponse<String> answer =
                api.upload(examinee, DEVICE, Jpegs.picture(25), "Origin", "https://exam.example.com");
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
                .contains("Location", "Retry-After");
    }

    @Test
    void rejectsPageOfAnotherOrigin() throws Exception {
        assertProblem(api.send(preflight("https://evil.example.com")), ErrorCode.FORBIDDEN, 403);
        assertProblem(
                api.upload(examinee, DEVICE, Jpegs.picture(26), "Origin", "https://evil.example.com"),
                ErrorCode.FORBIDDEN,
                403);
    }

    private HttpRequest.Builder preflight(String origin) {
        return api.request(path(), "")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, content-type, idempotency-key");
    }

    private HttpResponse<String> uploadForm(MultipartBody form) throws Exception {
        return api.uploadBody(examinee, token(), form.bytes());
    }

    private String path() {
        return ApiClient.capturesPath(PLAN, examinee.examineeId());
    }

    private String token() {
        return TestTokens.device(PLAN, examinee.examineeId(), DEVICE);
    }

    private byte[] head(int length) {
        return ("POST " + path() + " HTTP/1.1\r\nHost: localhost\r\n"
                        + "Connection: close\r\nAuthorization: Bearer " + token()
                        + "\r\nContent-Type: " + MultipartBody.CONTENT_TYPE + "\r\nContent-Length: " + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void assertFailurePublished(ErrorCode code) {
        var status = server.nextStatus().status();
        assertThat(status.status()).isEqualTo(Status.FAILED);
        assertThat(status.examinee()).isEqualTo(examinee);
        assertThat(status.deviceId()).isEqualTo(DEVICE);
        assertThat(status.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.retryable()).isEqualTo(code.retryable());
        });
    }
}
