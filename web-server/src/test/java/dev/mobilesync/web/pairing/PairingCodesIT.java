package dev.mobilesync.web.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import java.net.http.HttpResponse;
import java.time.Duration;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Codes that are consumed, replaced or unknown, and invalid requests to redeem one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class PairingCodesIT extends PairingFixture {

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
            List<Future<HttpResponse<String>>> responses = new ArrayList<>();
            for (int i = 0; i < phones; i++) {
                String device = "M" + i;
                responses.add(threads.submit(() -> {
                    together.await();
                    return api.redeem(code, device);
                }));
            }
            int paired = 0;
            for (Future<HttpResponse<String>> response : responses) {
                if (response.get().statusCode() == 200) {
                    paired++;
                } else {
                    assertUnknown(response.get());
                }
            }
            assertThat(paired).isEqualTo(1);
        } finally {
            threads.shutdown();
        }
        assertThat(server.nextMessage().statusMessage().status()).isEqualTo(Status.PAIRED);
        assertThat(server.pollMessages()).isEmpty();
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
        HttpResponse<String> response = api.redeemBody(body);
        assertProblem(response, 400, "INVALID_REQUEST");
        assertThat(response.body()).doesNotContain("ACEF2345", "23456789");
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
