package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.MobileSyncWait;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.WebhookReceiver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Servers of their own, a receiver of webhooks, and a client that makes state-manager change states. */
final class WebhookFixture implements AutoCloseable {

    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");

    final TestServers servers = TestServers.open();
    final WebhookReceiver receiver = new WebhookReceiver();
    private @Nullable StatusQueueClient broker;

    /** Settings for an endpoint {@code good} of all plans, with short pauses. */
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(servers.properties());
        settings.put("mobile-sync.webhook.url", receiver.url("good"));
        settings.put("mobile-sync.webhook.secret", WebhookReceiver.SECRET);
        settings.put("mobile-sync.webhook.allow-http", "true");
        settings.put("mobile-sync.webhook.retry-initial-interval", "50ms");
        settings.put("mobile-sync.webhook.retry-max-interval", "500ms");
        settings.put("mobile-sync.webhook.probe-interval", "300ms");
        return settings;
    }

    /** The settings with an endpoint for one plan, which has the name of the plan. */
    static void addEndpoint(Map<String, String> settings, String plan, String url) {
        String prefix = "mobile-sync.webhook.endpoints." + plan + ".";
        settings.put(prefix + "url", url);
        settings.put(prefix + "secret", WebhookReceiver.SECRET);
        settings.put(prefix + "plans", plan);
    }

    StateManagerFixture start(Map<String, String> settings) {
        return StateManagerFixture.start(settings);
    }

    /** Connects after state-manager has declared the queues. */
    StatusQueueClient broker() throws Exception {
        StatusQueueClient connected = broker;
        if (connected == null) {
            connected = StatusQueueClient.connect(servers.properties());
            broker = connected;
        }
        return connected;
    }

    /** Makes state-manager change an examinee's state: WAITING. */
    void enter(ExamineeKey examinee) throws Exception {
        broker().send(new MobileSyncWait(examinee.planId(), examinee.examineeId(), NINE, null), id(examinee, "wait"));
    }

    /** PAIRED. */
    void pair(ExamineeKey examinee) throws Exception {
        broker().send(MobileSyncStatus.paired(examinee, "M001", NINE.plusSeconds(1)), id(examinee, "paired"));
    }

    /** FAILED. */
    void fail(ExamineeKey examinee) throws Exception {
        broker().send(
                        MobileSyncStatus.failed(
                                examinee,
                                "M001",
                                NINE.plusSeconds(2),
                                SyncError.of(ErrorCode.CAPTURE_STORE_FAILED, "the store is unavailable")),
                        id(examinee, "failed"));
    }

    /** COMPLETED; each number is another capture. */
    void complete(ExamineeKey examinee, int number) throws Exception {
        broker().send(
                        MobileSyncStatus.completed(
                                examinee,
                                "M001",
                                NINE.plusSeconds(3 + number),
                                new CaptureInfo(
                                        "/captures/E001/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), null)),
                        id(examinee, "completed-" + number));
    }

    private static String id(ExamineeKey examinee, String event) {
        return examinee.planId() + "-" + examinee.examineeId() + "-" + event;
    }

    /** Waits until an endpoint has confirmed this number of different webhooks, and returns all that it confirmed. */
    List<WebhookReceiver.Received> awaitConfirmed(String endpoint, int count) {
        return await().atMost(Duration.ofMinutes(2))
                .until(
                        () -> receiver.confirmed(endpoint),
                        confirmed -> confirmed.stream()
                                        .map(WebhookReceiver.Received::id)
                                        .distinct()
                                        .count()
                                >= count);
    }

    /** The requests about a plan that an endpoint has confirmed. */
    List<WebhookReceiver.Received> confirmed(String endpoint, String plan) {
        return receiver.confirmed(endpoint).stream()
                .filter(each -> each.body().at("/data/planId").asString().equals(plan))
                .toList();
    }

    /** Each request had a valid signature, and the first requests of the webhooks of an examinee came by revision. */
    static void assertOrdered(List<WebhookReceiver.Received> received) {
        Map<String, List<Long>> revisions = new HashMap<>();
        for (WebhookReceiver.Received each : received) {
            assertThat(each.valid()).as("%s", each).isTrue();
            List<Long> ofExaminee = revisions.computeIfAbsent(each.examinee(), examinee -> new ArrayList<>());
            if (!ofExaminee.contains(each.revision())) {
                ofExaminee.add(each.revision());
            }
        }
        assertThat(revisions.values()).allSatisfy(list -> assertThat(list).isSorted());
    }

    long ready(String queue) throws IOException {
        StatusQueueClient connected = broker;
        if (connected == null) {
            throw new IllegalStateException("not connected");
        }
        return connected.ready(queue);
    }

    @Override
    public void close() throws IOException {
        if (broker != null) {
            broker.close();
        }
        receiver.close();
        servers.close();
    }
}
