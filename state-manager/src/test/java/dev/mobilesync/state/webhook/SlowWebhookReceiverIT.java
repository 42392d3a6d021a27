package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.WebhookReceiver;
import dev.mobilesync.testsupport.WebhookReceiver.Received;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Endpoints that do not answer within a second, beside a good one. */
@ServerContract
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class SlowWebhookReceiverIT {

    private static final int EXAMINEES = 10;

    private static WebhookFixture fixture;
    private static WebhookReceiver receiver;
    private static StateManagerFixture service;

    @BeforeAll
    static void start() throws Exception {
        fixture = new WebhookFixture();
        receiver = fixture.receiver;
        Map<String, String> settings = fixture.settings();
        settings.put("mobile-sync.webhook.timeout", "1s");
        WebhookFixture.addEndpoint(settings, "hanging", receiver.url("hanging"));
        WebhookFixture.addEndpoint(settings, "misled", receiver.url("misled"));
        WebhookFixture.addEndpoint(settings, "closed", "http://127.0.0.1:" + TestPorts.freePort());
        service = fixture.start(settings);
        fixture.broker();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        fixture.close();
    }

    @Test
    void deadAndSlowEndpointsDelayNoOther() throws Exception {
        receiver.answer("hanging", "[{\"hang\":true,\"times\":1000000}]");
        for (int i = 0; i < 2 * EXAMINEES; i++) {
            fixture.enter(new ExamineeKey("hanging", "E" + i));
            fixture.enter(new ExamineeKey("closed", "E" + i));
        }
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(List.of("hanging", "closed"))
                .allMatch(endpoint -> service.gauge("mobile.sync.webhook.unavailable", "endpoint", endpoint) == 1));

        for (int i = 0; i < EXAMINEES; i++) {
            fixture.enter(new ExamineeKey("beside", "E" + i));
        }
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fixture.confirmed("good", "beside").stream()
                                .map(Received::id)
                                .distinct()
                                .count()
                        == EXAMINEES);
        assertThat(service.gauge("mobile.sync.webhook.pending", "endpoint", "closed"))
                .isEqualTo(2 * EXAMINEES);
        assertThat(receiver.confirmed("hanging")).isEmpty();

        receiver.answer("hanging", "[]");
        WebhookFixture.assertOrdered(fixture.awaitConfirmed("hanging", 2 * EXAMINEES));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> service.gauge("mobile.sync.webhook.unavailable", "endpoint", "hanging") == 0);
    }

    @Test
    void followsNoRedirectAndAwaitsNoEndlessBody() throws Exception {
        receiver.answer("misled", "[{\"status\":307,\"times\":1},{\"status\":200,\"drip\":true,\"times\":1}]");
        fixture.enter(new ExamineeKey("misled", "E1"));

        await().atMost(Duration.ofMinutes(1))
                .until(() -> receiver.received("misled").size() >= 3);

        assertThat(receiver.received("misled")).extracting(Received::status).startsWith(307, 200, 204);
        assertThat(receiver.received("redirected")).isEmpty();
    }
}
