package dev.mobilesync.web.pairing;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.PauseFreeClock;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.Outage;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Pairing while a server is unavailable. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class PairingOutageIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final WebServerFixture server = WebServerFixture.behindProxies(WebServerFixture.SHORT_SERVER_LIMITS);
    private final ApiClient api = server.api();
    private final ProxiedServers proxies = server.proxies();

    @Test
    void keepsCodeAndPreviousPhoneIfPublishFails() throws Exception {
        ExamineeKey examinee = new ExamineeKey("P001", "E001");
        String first = api.pair(examinee, "M001");
        String code = api.pairingCode(examinee);
        proxies.broker().cut();
        try {
            assertUnavailable(api.redeem(code, "M002"), ErrorCode.STATUS_PUBLISH_FAILED);
        } finally {
            proxies.broker().reset();
        }
        // The previous phone may still upload.
        poll().atMost(TIMEOUT).untilAsserted(() -> assertThat(
                        upload(examinee, first, Jpegs.picture(1)).statusCode())
                .isEqualTo(201));
        assertThat(api.redeem(code, "M002").statusCode()).isEqualTo(200);
        assertThat(api.redeem(code, "M002").statusCode()).isEqualTo(404);
        server.nextMessage(status -> status.status() == Status.PAIRED && "M002".equals(status.deviceId()));
        assertThat(upload(examinee, first, Jpegs.picture(2)).statusCode()).isEqualTo(401);
    }

    @Test
    void doesNotRestoreReplacedCode() throws Exception {
        ExamineeKey examinee = new ExamineeKey("P001", "E002");
        String code = api.pairingCode(examinee);
        proxies.broker().freeze();
        String next;
        try {
            var redeeming = CompletableFuture.supplyAsync(() -> api.redeem(code, "M001"));
            poll().atMost(TIMEOUT).until(() -> isConsumed(examinee) || redeeming.isDone());
            next = api.pairingCode(examinee);
            assertUnavailable(redeeming.join(), ErrorCode.STATUS_PUBLISH_FAILED);
        } finally {
            proxies.broker().reset();
        }
        assertThat(api.redeem(code, "M001").statusCode()).isEqualTo(404);
        String good = next;
        poll().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(api.redeem(good, "M001").statusCode()).isEqualTo(200));
    }

    private HttpResponse<String> upload(ExamineeKey examinee, String token, byte[] image) {
        return api.uploadBody(examinee, token, MultipartBody.upload("M001", image));
    }

    @AfterEach
    void restore() {
        server.restore();
    }

    private boolean isConsumed(ExamineeKey examinee) {
        var redis = server.bean(StringRedisTemplate.class);
        String hash = redis.opsForValue().get(RedisKeys.newestCodes(examinee));
        return hash != null && !Boolean.TRUE.equals(redis.hasKey(RedisKeys.pairingCode(hash.split(",")[0])));
    }

    @ParameterizedTest
    @EnumSource
    void uploadsWithoutRedisButDoesNotPair(Outage outage) throws Exception {
        ExamineeKey examinee = new ExamineeKey("P001", "E-" + outage);
        String token = api.pair(examinee, "M001");
        outage.begin(proxies.redis());
        try {
            long started = PauseFreeClock.nanoTime();
            assertThat(upload(examinee, token, Jpegs.picture(3)).statusCode()).isEqualTo(201);
            assertThat(PauseFreeClock.since(started)).isLessThan(Duration.ofSeconds(5));
            assertUnavailable(api.requestPairing(examinee), ErrorCode.STATE_UNAVAILABLE);
            assertUnavailable(api.redeem("ACEF2345", "M001"), ErrorCode.STATE_UNAVAILABLE);
        } finally {
            proxies.redis().reset();
        }
        poll().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(api.requestPairing(examinee).statusCode()).isEqualTo(201));
    }

    private static void assertUnavailable(HttpResponse<String> response, ErrorCode code) {
        assertProblem(response, code, 503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
}
