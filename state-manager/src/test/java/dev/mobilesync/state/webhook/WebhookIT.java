package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.WebhookReceiver;
import dev.mobilesync.testsupport.WebhookReceiver.Received;
import dev.mobilesync.testsupport.api.ApiDocuments;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** State changes on their way to a real receiver, which checks them with the library of the specification. */
@ServerContract
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class WebhookIT {

    private static final String NEW_SECRET = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    private static final int EXAMINEES = 10;

    private static WebhookFixture fixture;
    private static WebhookReceiver receiver;
    private static StateManagerFixture service;

    @BeforeAll
    static void start() throws Exception {
        fixture = new WebhookFixture();
        receiver = fixture.receiver;
        Map<String, String> settings = fixture.settings();
        settings.put("mobile-sync.webhook.secret", NEW_SECRET + "," + WebhookReceiver.SECRET);
        // No answer is late on a slow machine.
        settings.put("mobile-sync.webhook.timeout", "1m");
        for (String plan : List.of("flaky", "partial")) {
            WebhookFixture.addEndpoint(settings, plan, receiver.url(plan));
        }
        service = fixture.start(settings);
        fixture.broker();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        fixture.close();
    }

    @Test
    void deliversChangesInOrder() throws Exception {
        for (int i = 0; i < EXAMINEES; i++) {
            ExamineeKey examinee = new ExamineeKey("ordered", "E" + i);
            fixture.enter(examinee);
            fixture.pair(examinee);
            fixture.fail(examinee);
            fixture.complete(examinee, 1);
            fixture.complete(examinee, 2);
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> ofPlan("ordered").size() >= 5 * EXAMINEES);

        List<Received> received = ofPlan("ordered");
        WebhookFixture.assertOrdered(received);
        assertThat(received).extracting(Received::id).doesNotHaveDuplicates();
        assertThat(received).allSatisfy(each -> {
            assertThat(ApiDocuments.exact().errors("schemas/webhook.json", each.body()))
                    .isEmpty();
            assertThat(each.body().path("timestamp")).isEqualTo(each.body().at("/data/timestamp"));
            assertThat(each.id()).doesNotContain(".");
            assertThat(Instant.ofEpochSecond(each.timestamp()))
                    .isBetween(Instant.now().minusSeconds(300), Instant.now());
        });
        assertThat(received.stream()
                        .filter(each -> each.examinee().equals("E0"))
                        .map(each -> each.body().path("type").asString()))
                .containsExactly(
                        "mobile_sync_waiting",
                        "mobile_sync_paired",
                        "mobile_sync_failed",
                        "mobile_sync_completed",
                        "mobile_sync_completed");
        assertThat(service.sumOfCounters(
                        "mobile.sync.webhook.deliveries", "endpoint", "default", "outcome", "delivered"))
                .isGreaterThanOrEqualTo(5 * EXAMINEES);
    }

    @Test
    void receiverMayReplaceSecret() throws Exception {
        ExamineeKey examinee = new ExamineeKey("rotated", "E1");
        fixture.enter(examinee);
        await().until(() -> ofPlan("rotated").size() == 1);
        receiver.useSecret(NEW_SECRET);
        try {
            fixture.pair(examinee);
            await().until(() -> ofPlan("rotated").size() == 2);
        } finally {
            receiver.useSecret(WebhookReceiver.SECRET);
        }
        assertThat(ofPlan("rotated")).allMatch(each -> each.valid() && each.signatures() == 2);
    }

    @Test
    void retriesFailedRequests() throws Exception {
        receiver.answer("flaky", """
                [{"status":500,"times":2},{"status":503,"retryAfter":"2","times":1},{"status":429,"times":1}]""");
        ExamineeKey examinee = new ExamineeKey("flaky", "E1");
        fixture.enter(examinee);
        fixture.pair(examinee);

        fixture.awaitConfirmed("flaky", 2);

        List<Received> received = receiver.received("flaky");
        assertThat(received).extracting(Received::status).containsExactly(500, 500, 503, 429, 204, 204);
        assertThat(received.subList(0, 5))
                .extracting(Received::id)
                .containsOnly(received.get(0).id());
        assertThat(received.get(3).timestamp() - received.get(2).timestamp()).isGreaterThanOrEqualTo(2);
        WebhookFixture.assertOrdered(received);
    }

    @Test
    void failingExamineeDelaysNoOther() throws Exception {
        receiver.answer("partial", "[{\"status\":400,\"examinee\":\"E0\",\"times\":1000000}]");
        for (int i = 0; i < EXAMINEES; i++) {
            fixture.enter(new ExamineeKey("partial", "E" + i));
            fixture.complete(new ExamineeKey("partial", "E" + i), 1);
        }
        fixture.awaitConfirmed("partial", 2 * (EXAMINEES - 1));
        assertThat(receiver.received("partial").stream()
                        .filter(each -> each.examinee().equals("E0"))
                        .map(Received::id)
                        .distinct())
                .hasSizeLessThanOrEqualTo(1);

        receiver.answer("partial", "[]");
        WebhookFixture.assertOrdered(fixture.awaitConfirmed("partial", 2 * EXAMINEES));
    }

    @Test
    void reportsQueues() {
        WebhookMetrics metrics = service.bean(WebhookMetrics.class);
        metrics.sample();

        assertThat(service.gauge("mobile.sync.webhook.queue.messages", "endpoint", "default"))
                .isZero();
        assertThat(service.gauge("mobile.sync.webhook.dead.letters")).isZero();
        assertThat(service.gauge("mobile.sync.webhook.oldest.age", "endpoint", "default"))
                .isNotNegative();
    }

    private static List<Received> ofPlan(String plan) {
        return fixture.confirmed("good", plan);
    }
}
