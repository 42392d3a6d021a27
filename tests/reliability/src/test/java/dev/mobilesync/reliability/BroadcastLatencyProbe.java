package dev.mobilesync.reliability;

import com.rabbitmq.client.Channel;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncFailed;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Measures the latency of broadcasts to a few browsers of one instance. */
final class BroadcastLatencyProbe implements AutoCloseable {

    private static final int BROWSERS = 10;
    private static final int TEXT = 8_000;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FaultScenario scenario;
    private final Channel channel;
    private final List<StompTestClient> browsers = new ArrayList<>();

    BroadcastLatencyProbe(FaultScenario scenario, ServiceInstance server) throws Exception {
        this.scenario = scenario;
        channel = scenario.probe().connect("probe").createChannel();
        for (int i = 0; i < BROWSERS; i++) {
            ExamineeKey examinee = examinee(i);
            StompTestClient browser = StompTestClient.connect(
                    server.socketUri(), TestTokens.examinee(examinee.planId(), examinee.examineeId()));
            browser.subscribe(StompTopics.examinee(examinee));
            browsers.add(browser);
        }
    }

    /** The plan of all its broadcasts. */
    String plan() {
        return scenario.plan() + "p";
    }

    private ExamineeKey examinee(int index) {
        return new ExamineeKey(plan(), plan() + "-" + index);
    }

    /** Sends one message to each browser in turn and returns the latencies. */
    List<Duration> round() throws IOException {
        List<Duration> took = new ArrayList<>();
        for (int i = 0; i < BROWSERS; i++) {
            OutboundMessage publication = OutboundMessage.broadcast(
                    new MobileSyncFailed(
                            plan(),
                            examinee(i).examineeId(),
                            null,
                            Status.FAILED,
                            Instant.now().truncatedTo(ChronoUnit.MILLIS),
                            SyncError.of(ErrorCode.STATE_CHANGE_FAILED, "x".repeat(TEXT))),
                    UUID.randomUUID().toString());
            long sent = System.nanoTime();
            channel.basicPublish(
                    publication.exchange(), publication.routingKey(), publication.properties(), publication.body());
            browsers.get(i).await();
            took.add(Duration.ofNanos(System.nanoTime() - sent));
            scenario.waitFor(PAUSE);
        }
        return took;
    }

    @Override
    public void close() throws IOException {
        browsers.forEach(StompTestClient::abort);
        channel.getConnection().close();
    }
}
