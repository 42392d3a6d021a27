package dev.mobilesync.web;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static dev.mobilesync.web.WebServerFixture.poll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.PauseFreeClock;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.CaptureStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

/** Uploads while a server hangs, is unavailable, or has lost its queue. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class FailuresIT {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    /** A hanging broker is detected after two missing heartbeats. */
    private static final Map<String, String> SHORT_TIMEOUTS = Map.of(
            "mobile-sync.upload-response-timeout", "1s",
            "mobile-sync.store.timeout", "10s",
            "mobile-sync.broker.confirm-timeout", "1s",
            "spring.rabbitmq.requested-heartbeat", "2s");

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final WebServerFixture server = WebServerFixture.behindProxies(SHORT_TIMEOUTS);
    private final ProxiedServers proxies = server.proxies();
    private int examinees;
    private ExamineeKey examinee = new ExamineeKey("P1", "E0");
    private byte[] picture = {};

    @BeforeEach
    void awaitHealthy() {
        examinee = new ExamineeKey("P1", "E" + ++examinees);
        picture = Jpegs.picture(examinees);
        awaitUpload(server, new ExamineeKey("P1", "E0"), picture);
        server.purgeStatusQueue();
    }

    @AfterEach
    void restore() {
        server.restore();
    }

    @ParameterizedTest
    @EnumSource
    void reportsUnavailableStore(Outage outage) {
        outage.begin(proxies.store());
        assertFails(ErrorCode.CAPTURE_STORE_FAILED);
        assertPublished(ErrorCode.CAPTURE_STORE_FAILED);
        assertThat(server.pollMessages()).isEmpty();
        server.awaitReadiness(503);

        proxies.store().reset();
        awaitSuccess();
        server.awaitReadiness(200);
    }

    @ParameterizedTest
    @EnumSource
    void reportsUnavailableBroker(Outage outage) {
        outage.begin(proxies.broker());
        assertFails(ErrorCode.STATUS_PUBLISH_FAILED);
        server.awaitReadiness(503);

        proxies.broker().reset();
        assertPublished(ErrorCode.STATUS_PUBLISH_FAILED);
        MobileSyncStatus completed = awaitSuccess();
        assertThat(upload(server).body()).contains(completed.timestamp().toString());
    }

    @Test
    void reportsUnroutableMessage() {
        server.onChannel(channel -> channel.queueDelete(AmqpNames.STATUS_QUEUE));
        try {
            assertFails(ErrorCode.STATUS_PUBLISH_FAILED);
        } finally {
            server.bean(RabbitAdmin.class).initialize();
        }
        assertPublished(ErrorCode.STATUS_PUBLISH_FAILED);
        awaitSuccess();
    }

    @Test
    void acceptsUploadsWithoutRedis() {
        proxies.redis().cut();
        assertThat(upload(server).statusCode()).isEqualTo(201);
        assertThat(upload(server).statusCode()).isEqualTo(201);
        for (String path :
                List.of(ApiClient.recordsPath("P1"), ApiClient.recordPath("P1", "E1"), "/captures/E1/sync_cap.jpg")) {
            HttpResponse<String> response = server.api().get(path, TestTokens.proctor("p", "P1"));
            assertProblem(response, ErrorCode.STATE_UNAVAILABLE, 503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
        server.awaitReadiness(503);
    }

    /** Uses the default timeouts, whose sum over two servers exceeds the limit. */
    @Test
    void startsWithoutStoreAndAnswersInTime() {
        proxies.store().cut();
        try (WebServerFixture other = WebServerFixture.startBehindProxies()) {
            assertProblem(upload(other), ErrorCode.CAPTURE_STORE_FAILED, 503);
            other.restore();
            awaitUpload(other, examinee, picture);

            proxies.broker().freeze();
            assertFailsInTime(timed(other, examinee), ErrorCode.STATUS_PUBLISH_FAILED);
            proxies.store().freeze();
            assertFailsInTime(timed(other, examinee), ErrorCode.CAPTURE_STORE_FAILED);
            other.restore();
        }
    }

    /** Otherwise the first image, which was answered with an error, could replace the second, which was accepted. */
    @Test
    void keepsLockWhileWriteIsPending() throws Exception {
        byte[] another = Jpegs.picture(1_000);
        // The store gets the picture within its time limit, but long after the response.
        proxies.store().requests().slow(picture.length / 6);
        assertProblem(upload(server), ErrorCode.CAPTURE_STORE_FAILED, 503);
        assertProblem(server.api().upload(examinee, "M1", another), ErrorCode.TOO_MANY_REQUESTS, 429);
        CaptureStore store = server.bean(CaptureStore.class);
        poll().atMost(TIMEOUT).until(() -> store.find(examinee, TimeLimit.in(ANSWER_LIMIT)) != null);

        proxies.store().reset();
        awaitUpload(server, examinee, another);
        assertThat(store.find(examinee, TimeLimit.in(ANSWER_LIMIT)))
                .returns(Digests.sha256(another), stored -> stored.metadata().sha256());
    }

    private record Timed(HttpResponse<String> response, Duration time) {}

    private Timed timed(WebServerFixture server, ExamineeKey examinee) {
        long start = PauseFreeClock.nanoTime();
        HttpResponse<String> response = server.api().upload(examinee, "M1", picture);
        return new Timed(response, PauseFreeClock.since(start));
    }

    private void assertFails(ErrorCode code) {
        assertFailsInTime(timed(server, examinee), code);
    }

    private static void assertFailsInTime(Timed upload, ErrorCode code) {
        assertProblem(upload.response, code, 503);
        assertThat(upload.response.headers().firstValue("Retry-After")).isPresent();
        assertThat(upload.time).isLessThan(ANSWER_LIMIT);
    }

    private void assertPublished(ErrorCode code) {
        MobileSyncStatus failed =
                server.nextMessage(status -> status.status() == Status.FAILED).statusMessage();
        assertThat(failed.examinee()).isEqualTo(examinee);
        assertThat(failed.error()).isNotNull().extracting("code").isEqualTo(code);
    }

    private MobileSyncStatus awaitSuccess() {
        awaitUpload(server, examinee, picture);
        return server.nextMessage(status -> status.status() == Status.COMPLETED).statusMessage();
    }

    private HttpResponse<String> upload(WebServerFixture server) {
        return server.api().upload(examinee, "M1", picture);
    }

    private static void awaitUpload(WebServerFixture server, ExamineeKey examinee, byte[] picture) {
        poll().atMost(TIMEOUT)
                .until(() -> server.api().upload(examinee, "M1", picture).statusCode() == 201);
    }
}
