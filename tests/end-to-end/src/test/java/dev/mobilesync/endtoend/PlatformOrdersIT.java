package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Orders of the platform's server change the record once, also if web-server crashes before its response. */
@ServerContract
class PlatformOrdersIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("orders-1", "orders-E001");
    private static final String SERVICE = TestTokens.service("platform", "orders-1");

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final MobileSyncSystem system = MobileSyncSystem.shared();

    @Test
    void changesRecordOnce() {
        try (StompTestClient browser = system.examinee(EXAMINEE)) {
            enterStep(browser, EXAMINEE);
            browser.await("mobile_sync_waiting");
            JsonNode first = ApiClient.json(give("first", extend(900)), 202);
            browser.await("mobile_sync_waiting");
            JsonNode record = record();
            assertThat(record.at("/lastOrder/by").asString()).isEqualTo("platform");
            assertThat(record.at("/lastOrder/timestamp")).isEqualTo(first.path("timestamp"));
            assertThat(record.path("messageId")).isEqualTo(first.path("messageId"));

            String second = extend(300);
            ApiClient.json(give("second", second), 202);
            browser.await("mobile_sync_waiting");
            forgetConfirms();
            assertThat(ApiClient.json(give("first", extend(900)), 202)).isEqualTo(first);
            forgetConfirms();
            ApiClient.json(give("second", second), 202);
            ApiClient.json(give("third", "{\"order\":\"ACCEPT\",\"reason\":\"seen\"}"), 202);
            browser.await("mobile_sync_completed");

            JsonNode history = ApiClient.json(system.api().get(path() + "/history", SERVICE), 200);
            assertThat(history.path("items").valueStream().map(entry -> entry.path("order")
                            .asString()))
                    .containsExactly("ACCEPT", "EXTEND", "EXTEND", "");
        }
    }

    private HttpResponse<String> give(String key, String body) {
        return system.api().giveOrder(EXAMINEE, SERVICE, key, body);
    }

    private JsonNode record() {
        return ApiClient.json(system.api().get(path(), SERVICE), 200);
    }

    private static String path() {
        return ApiClient.recordPath(EXAMINEE.planId(), EXAMINEE.examineeId());
    }

    private static String extend(int seconds) {
        return "{\"order\":\"EXTEND\",\"reason\":\"slow\",\"deadline\":\"" + NOW.plusSeconds(seconds) + "\"}";
    }

    /** Leaves what a crash of web-server after the publication leaves. */
    private void forgetConfirms() {
        StringRedisTemplate redis = system.bean(StringRedisTemplate.class);
        Set<String> keys = redis.keys("mobile_sync:order:*");
        keys.forEach(key -> redis.opsForValue()
                .set(key, String.valueOf(redis.opsForValue().get(key)).replace("confirmed", "reserved")));
    }
}
