package dev.mobilesync.web.pairing;

import static dev.mobilesync.testsupport.ApiClient.json;
import static dev.mobilesync.testsupport.ApiClient.pairingsPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.nimbusds.jwt.SignedJWT;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Pairing over HTTP, with a broker and Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class PairingIT {

    private static final String PLAN = "P001";
    private static final AtomicInteger EXAMINEES = new AtomicInteger();

    private final WebServerFixture server = WebServerFixture.withoutRateLimits();
    private final ApiClient api = server.api();

    private static ExamineeKey newExaminee() {
        return new ExamineeKey(PLAN, "E" + EXAMINEES.incrementAndGet());
    }

    // Success

    @Test
    void issuesTokenForCode(CapturedOutput output) throws Exception {
        ExamineeKey examinee = newExaminee();
        server.purgeStatusQueue();
        HttpResponse<String> issued = api.requestPairing(examinee);

        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        assertThat(issued.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(json(issued).propertyNames()).containsExactly("code", "captureUrl", "expiresAt", "qrCode");
        String code = json(issued).path("code").asString();
        assertThat(code).matches("[" + PairingCode.ALPHABET + "]{8}");
        assertThat(json(issued).path("captureUrl").asString())
                .matches("http://127\\.0\\.0\\.1:" + server.port() + "/capture#[" + PairingCode.ALPHABET + "]{28}");
        assertThat(Instant.parse(json(issued).path("expiresAt").asString()))
                .isCloseTo(Instant.now().plus(Duration.ofMinutes(2)), within(10, ChronoUnit.SECONDS));
        assertThat(server.pollStatus()).isEmpty();

        HttpResponse<String> redeemed = api.redeem(code, "M001");

        assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(200);
        assertThat(redeemed.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(json(redeemed).propertyNames()).containsExactly("token", "expiresAt", "planId", "examineeId");
        assertThat(json(redeemed).path("planId").asString()).isEqualTo(PLAN);
        assertThat(json(redeemed).path("examineeId").asString()).isEqualTo(examinee.examineeId());
        String token = json(redeemed).path("token").asString();
        assertClaims(
                token, examinee, Instant.parse(json(redeemed).path("expiresAt").asString()));

        WebServerFixture.Delivered delivered = server.nextStatus();
        assertThat(delivered.status().status()).isEqualTo(Status.PAIRED);
        assertThat(delivered.status().examinee()).isEqualTo(examinee);
        assertThat(delivered.status().deviceId()).isEqualTo("M001");
        assertThat(delivered.properties().getType()).isEqualTo("mobile_sync_status");
        assertThat(delivered.properties().getMessageId()).isNotBlank();

        HttpResponse<String> uploaded = upload(examinee, "M001", token, Jpegs.picture(1));
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
        assertThat(server.nextStatus().status().status()).isEqualTo(Status.COMPLETED);

        api.redeem(code, "M002");
        assertThat(output.getAll()).doesNotContain(code, token, TestTokens.SECRET);

        String time = ".* audit .*time=\\d{4}-\\d\\d-\\d\\dT\\S+Z ";
        String whom = " plan=P001 examinee=" + examinee.examineeId() + " address=127.0.0.1 result=";
        assertThat(output.getAll().lines().filter(line -> line.contains(" action=")))
                .anyMatch(line -> line.matches(
                        time + "action=offer-pairing role=examinee who=P001:" + examinee.examineeId() + whom + "201"))
                .anyMatch(line -> line.matches(time + "action=pair role=device who=M001" + whom + "200"))
                .as("the code was consumed")
                .anyMatch(line -> line.matches(
                        time + "action=pair role=device who=M002 plan=- examinee=-" + " address=127.0.0.1 result=404"));
    }

    private static void assertClaims(String token, ExamineeKey examinee, Instant expiresAt) throws ParseException {
        SignedJWT jwt = SignedJWT.parse(token);
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("HS256");
        Map<String, Object> claims = jwt.getJWTClaimsSet().getClaims();
        assertThat(claims)
                .containsOnlyKeys("iss", "aud", "jti", "iat", "exp", "role", "plan", "examinee", "device")
                .containsEntry("iss", "mobile-sync")
                .containsEntry("aud", List.of("mobile-sync"))
                .containsEntry("role", "device")
                .containsEntry("plan", PLAN)
                .containsEntry("examinee", examinee.examineeId())
                .containsEntry("device", "M001");
        assertThat(jwt.getJWTClaimsSet().getExpirationTime().toInstant())
                .isEqualTo(expiresAt)
                .isCloseTo(Instant.now().plus(Duration.ofHours(4)), within(10, ChronoUnit.SECONDS));
    }

    @Test
    void pairsOnceWithEitherCode() throws Exception {
        for (boolean linkFirst : new boolean[] {true, false}) {
            JsonNode offer = json(api.requestPairing(newExaminee()));
            String code = offer.path("code").asString();
            String secret = offer.path("captureUrl").asString().split("#")[1];
            assertThat(api.redeem(linkFirst ? secret : code, "M001").statusCode())
                    .isEqualTo(200);
            assertUnknown(api.redeem(linkFirst ? code : secret, "M002"));
            assertUnknown(api.redeem(linkFirst ? secret : code, "M002"));
        }
    }

    @Test
    void nextPairingReplacesBothCodes() throws Exception {
        ExamineeKey examinee = newExaminee();
        JsonNode first = json(api.requestPairing(examinee));
        JsonNode second = json(api.requestPairing(examinee));
        assertUnknown(api.redeem(first.path("code").asString(), "M001"));
        assertUnknown(api.redeem(first.path("captureUrl").asString().split("#")[1], "M001"));
        String secret = second.path("captureUrl").asString().split("#")[1];
        assertThat(api.redeem(secret.toLowerCase(Locale.ROOT), "M001").statusCode())
                .isEqualTo(200);
    }

    @Test
    void acceptsLowerCaseAndGrouping() throws Exception {
        ExamineeKey examinee = newExaminee();
        String code = api.pairingCode(examinee);
        String typed = " " + code.substring(0, 4).toLowerCase(Locale.ROOT) + " - " + code.substring(4);
        assertThat(api.redeem(typed, "M001").statusCode()).isEqualTo(200);
    }

    @Test
    void ignoresInvalidTokenOfPhone() throws Exception {
        String body = "{\"code\":\"" + api.pairingCode(newExaminee()) + "\",\"deviceId\":\"M001\"}";
        assertThat(api.redeemBody(body, "Authorization", "Bearer of-long-ago").statusCode())
                .isEqualTo(200);
    }

    // Codes

    @Test
    void rejectsReplacedCode() throws Exception {
        ExamineeKey examinee = newExaminee();
        String before = api.pairingCode(examinee);
        String now = api.pairingCode(examinee);
        assertUnknown(api.redeem(before, "M001"));
        assertThat(api.redeem(now, "M001").statusCode()).isEqualTo(200);
    }

    @Test
    void rejectsReplacedCodeThatWasNotDeleted() throws Exception {
        ExamineeKey examinee = newExaminee();
        String before = api.pairingCode(examinee);
        String key = restoreDeleted(() -> api.pairingCode(examinee), before);
        assertThat(key).startsWith("mobile_sync:pairing:");
        assertUnknown(api.redeem(before, "M001"));
    }

    /** Restores the deleted code, as if a crash had prevented its deletion. */
    private String restoreDeleted(Callable<String> next, String before) throws Exception {
        StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
        Set<String> keys = redis.keys("mobile_sync:pairing:*");
        Map<String, String> values = new HashMap<>();
        keys.forEach(key -> values.put(key, String.valueOf(redis.opsForValue().get(key))));
        assertThat(next.call()).isNotEqualTo(before);
        List<String> deleted = keys.stream()
                .filter(key -> !Boolean.TRUE.equals(redis.hasKey(key)))
                .toList();
        assertThat(deleted).as("the pairing and the alias of its typed code").hasSize(2);
        deleted.forEach(key -> redis.opsForValue().set(key, String.valueOf(values.get(key)), Duration.ofMinutes(1)));
        return deleted.get(0);
    }

    @Test
    void consumesCode() throws Exception {
        String code = api.pairingCode(newExaminee());
        assertThat(api.redeem(code, "M001").statusCode()).isEqualTo(200);
        assertUnknown(api.redeem(code, "M001"));
        assertUnknown(api.redeem(code, "M002"));
    }

    @Test
    void pairsOneOfManyConcurrentPhones() throws Exception {
        int phones = 50;
        ExamineeKey examinee = newExaminee();
        String code = api.pairingCode(examinee);
        server.purgeStatusQueue();
        CyclicBarrier together = new CyclicBarrier(phones);
        ExecutorService threads = Executors.newFixedThreadPool(phones);
        try {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < phones; i++) {
                String device = "M" + i;
                answers.add(threads.submit(() -> {
                    together.await();
                    return api.redeem(code, device);
                }));
            }
            int paired = 0;
            for (Future<HttpResponse<String>> answer : answers) {
                if (answer.get().statusCode() == 200) {
                    paired++;
                } else {
                    assertUnknown(answer.get());
                }
            }
            assertThat(paired).isEqualTo(1);
        } finally {
            threads.shutdown();
        }
        assertThat(server.nextStatus().status().status()).isEqualTo(Status.PAIRED);
        assertThat(server.pollStatus()).isEmpty();
    }

    @Test
    void storesCodesHashedWithTtl() throws Exception {
        ExamineeKey examinee = newExaminee();
        String code = api.pairingCode(examinee);
        StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
        Set<String> keys = redis.keys("*");
        assertThat(keys).anyMatch(key -> key.startsWith("mobile_sync:pairing:"));
        for (String key : keys) {
            assertThat(key).doesNotContainIgnoringCase(code);
            String value = String.valueOf(
                    switch (String.valueOf(redis.type(key)).toLowerCase(Locale.ROOT)) {
                        case "string" -> redis.opsForValue().get(key);
                        case "hash" -> redis.opsForHash().entries(key);
                        case "zset" -> redis.opsForZSet().range(key, 0, -1);
                        default -> throw new AssertionError("a key of another type: " + key);
                    });
            assertThat(value).doesNotContainIgnoringCase(code);
            if (key.contains("pairing")) {
                assertThat(redis.getExpire(key)).isBetween(1L, 120L);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACEF2345", "A", "0", "ACEF23456", "*", "\u00e9\u4e2d\ud83d\ude00", "../../etc"})
    void rejectsUnknownCode(String code) throws Exception {
        assertUnknown(api.redeem(code, "M001"));
    }

    private static void assertUnknown(HttpResponse<String> answer) {
        assertProblem(answer, 404, "NOT_FOUND");
        assertThat(json(answer).path("detail").asString()).isEqualTo("this code is unknown, used or expired");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        WebServerFixture.assertProblem(answer, ErrorCode.valueOf(code), status);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(json(answer).path("retryable").asBoolean()).isFalse();
    }

    // Authorization

    @Test
    void issuesCodesToExamineeOnly() throws Exception {
        ExamineeKey examinee = newExaminee();
        String path = pairingsPath(PLAN, examinee.examineeId());
        for (String token : new String[] {
            TestTokens.examinee(PLAN, newExaminee().examineeId()),
            TestTokens.examinee("P002", examinee.examineeId()),
            TestTokens.device(PLAN, examinee.examineeId(), "M001"),
            TestTokens.proctor("proctor-1", PLAN)
        }) {
            assertProblem(api.post(path, token), 403, "FORBIDDEN");
        }
        assertProblem(api.post(path, ""), 401, "UNAUTHENTICATED");
        assertProblem(api.post(path, "abc"), 401, "UNAUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-E1", "E%201", "E*", "E:1"})
    void rejectsInvalidIds(String id) throws Exception {
        assertProblem(api.post(pairingsPath(PLAN, id), TestTokens.examinee(PLAN, "E1")), 400, "INVALID_REQUEST");
        assertProblem(api.post(pairingsPath(id, "E1"), TestTokens.examinee(PLAN, "E1")), 400, "INVALID_REQUEST");
    }

    @Test
    void limitsTokenToItsExamineeAndDevice() throws Exception {
        ExamineeKey examinee = newExaminee();
        ExamineeKey other = newExaminee();
        String token = api.pair(examinee, "M001");
        assertProblem(upload(other, "M001", token, Jpegs.picture(1)), 403, "FORBIDDEN");
        assertProblem(
                upload(new ExamineeKey("P002", examinee.examineeId()), "M001", token, Jpegs.picture(1)),
                403,
                "FORBIDDEN");
        assertProblem(upload(examinee, "M002", token, Jpegs.picture(1)), 403, "FORBIDDEN");
        assertProblem(api.post(pairingsPath(PLAN, examinee.examineeId()), token), 403, "FORBIDDEN");
        assertProblem(api.get(ApiClient.recordsPath(PLAN), token), 403, "FORBIDDEN");
        assertProblem(api.get(ApiClient.recordPath(PLAN, examinee.examineeId()), token), 403, "FORBIDDEN");
    }

    // One phone per examinee

    @Test
    void revokesPreviousPhone() throws Exception {
        ExamineeKey examinee = newExaminee();
        String first = api.pair(examinee, "M001");
        assertUploads(examinee, "M001", first);

        String code = api.pairingCode(examinee);
        assertUploads(examinee, "M001", first);

        String second = json(api.redeem(code, "M002")).path("token").asString();
        assertReplaced(upload(examinee, "M001", first, Jpegs.picture(2)));
        assertUploads(examinee, "M002", second);
    }

    @Test
    void revokesPreviousTokenOfSamePhone() throws Exception {
        ExamineeKey examinee = newExaminee();
        String first = api.pair(examinee, "M001");
        String second = api.pair(examinee, "M001");
        assertReplaced(upload(examinee, "M001", first, Jpegs.picture(2)));
        assertUploads(examinee, "M001", second);
    }

    @Test
    void acceptsPlatformTokenUntilAnotherPhoneIsPaired() throws Exception {
        ExamineeKey examinee = newExaminee();
        String platforms = TestTokens.device(PLAN, examinee.examineeId(), "M001");
        assertUploads(examinee, "M001", platforms);
        api.pair(examinee, "M001");
        assertUploads(examinee, "M001", platforms);
        api.pair(examinee, "M002");
        assertReplaced(upload(examinee, "M001", platforms, Jpegs.picture(2)));
    }

    @Test
    void pairsOnePhoneWithSeveralExaminees() throws Exception {
        ExamineeKey one = newExaminee();
        ExamineeKey another = newExaminee();
        String first = api.pair(one, "M001");
        String second = api.pair(another, "M001");
        assertUploads(one, "M001", first);
        assertUploads(another, "M001", second);
    }

    private void assertUploads(ExamineeKey examinee, String device, String token) throws Exception {
        HttpResponse<String> answer = upload(examinee, device, token, Jpegs.picture(1));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private HttpResponse<String> upload(ExamineeKey examinee, String device, String token, byte[] image) {
        return api.uploadBody(examinee, token, MultipartBody.upload(device, image));
    }

    private static void assertReplaced(HttpResponse<String> answer) {
        assertProblem(answer, 401, "UNAUTHENTICATED");
        assertThat(json(answer).path("reason").asString()).isEqualTo("DEVICE_REPLACED");
        assertThat(json(answer).path("detail").asString()).isEqualTo("another phone was paired");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer error=\"invalid_token\"");
    }

    // Invalid bodies

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"ACEF2345\"",
                "{",
                "{}",
                "{\"code\":\"ACEF2345\"}",
                "{\"deviceId\":\"M001\"}",
                "{\"code\":null,\"deviceId\":\"M001\"}",
                "{\"code\":\" \",\"deviceId\":\"M001\"}",
                "{\"code\":23456789,\"deviceId\":\"M001\"}",
                "{\"code\":[\"ACEF2345\"],\"deviceId\":\"M001\"}",
                "{\"code\":\"ACEF2345\",\"deviceId\":\"M 001\"}",
                "{\"code\":\"ACEF2345\",\"deviceId\":\"../M001\"}",
                "{\"code\":\"ACEF2345\",\"deviceId\":\"M001\"} {}",
                "{\"code\":\"ACEF2345\",\"deviceId\":\"M001\",\"deviceInfo\":\"iPhone\"}"
            })
    void rejectsMalformedBodyWithoutRepeatingIt(String body) throws Exception {
        HttpResponse<String> answer = api.redeemBody(body);
        assertProblem(answer, 400, "INVALID_REQUEST");
        assertThat(answer.body()).doesNotContain("ACEF2345", "23456789");
    }

    @Test
    void rejectsOversizedBody() throws Exception {
        assertProblem(
                api.redeemBody("{\"code\":\"" + "A".repeat(5_000) + "\",\"deviceId\":\"M001\"}"),
                400,
                "INVALID_REQUEST");
        assertProblem(api.redeem("ACEF2345", "M".repeat(65)), 400, "INVALID_REQUEST");
    }

    @Test
    void keepsCodeAfterMalformedBody() throws Exception {
        String code = api.pairingCode(newExaminee());
        assertProblem(api.redeem(code, "not an id"), 400, "INVALID_REQUEST");
        assertThat(api.redeem(code, "M001").statusCode()).isEqualTo(200);
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        String code = api.pairingCode(newExaminee());
        assertThat(api.redeemBody("{\"code\":\"" + code + "\",\"deviceId\":\"M001\",\"more\":1}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void ignoresCodeInUrl() throws Exception {
        String code = api.pairingCode(newExaminee());
        assertThat(api.get(ApiClient.REDEEM_PATH + "?code=" + code, "").statusCode())
                .isIn(401, 405);
        assertThat(api.redeem(code, "M001").statusCode()).isEqualTo(200);
    }
}
