package dev.mobilesync.web;

import static dev.mobilesync.web.RunningWebServer.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.store.CaptureStore;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

/** What happens while a server that is needed hangs, is away, or has lost its queue. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRealServers
class FailuresIT {

    private static final Duration PROMISED = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final RunningWebServer server;
    private int examinees;
    private String examinee = "";
    private byte[] picture = {};

    FailuresIT(@TempDir Path dir) {
        server = RunningWebServer.start(dir);
    }

    @BeforeEach
    void allIsWell() {
        examinee = "E" + ++examinees;
        picture = Jpegs.picture(examinees);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.upload("P1", "E0", "M1", picture).statusCode() == 201);
        server.purgeStatusQueue();
    }

    @AfterEach
    void back() {
        server.store().reset();
        server.broker().reset();
        server.redis().reset();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aStoreThatHangsIsAFailedStore() throws Exception {
        server.store().freeze();
        assertFails(ErrorCode.CAPTURE_STORE_FAILED);
        assertTold(ErrorCode.CAPTURE_STORE_FAILED);
        assertThat(server.pollStatus()).isEmpty();
        assertReadiness(503);

        server.store().reset();
        assertSucceedsAtLast();
        assertReadiness(200);
    }

    @Test
    void aStoreThatIsAwayIsAFailedStore() throws Exception {
        server.store().cut();
        assertFails(ErrorCode.CAPTURE_STORE_FAILED);
        assertTold(ErrorCode.CAPTURE_STORE_FAILED);
        assertThat(server.pollStatus()).isEmpty();
        assertReadiness(503);

        server.store().reset();
        assertSucceedsAtLast();
    }

    @Test
    void aBrokerThatHangsHasNotConfirmed() throws Exception {
        server.broker().freeze();
        assertFails(ErrorCode.STATUS_PUBLISH_FAILED);
        assertReadiness(503);

        server.broker().reset();
        assertTold(ErrorCode.STATUS_PUBLISH_FAILED);
        assertSucceedsAtLast();
    }

    @Test
    void aBrokerThatIsAwayHasNotConfirmed() throws Exception {
        server.broker().cut();
        assertFails(ErrorCode.STATUS_PUBLISH_FAILED);
        assertReadiness(503);

        server.broker().reset();
        assertTold(ErrorCode.STATUS_PUBLISH_FAILED);
        MobileSyncStatus completed = assertSucceedsAtLast();
        HttpResponse<String> again = server.upload("P1", examinee, "M1", picture);
        assertThat(again.body()).contains(completed.timestamp().toString());
    }

    @Test
    void aStoreAndABrokerThatHangAreNoSlowerThanOne() throws Exception {
        server.broker().freeze();
        server.store().freeze();
        assertFails(ErrorCode.CAPTURE_STORE_FAILED);
    }

    @Test
    void aMessageThatNoQueueTakesIsNotPublished() throws Exception {
        server.onChannel(channel -> channel.queueDelete(Topology.STATUS_QUEUE));
        try {
            assertFails(ErrorCode.STATUS_PUBLISH_FAILED);
        } finally {
            server.bean(RabbitAdmin.class).initialize();
        }
        assertTold(ErrorCode.STATUS_PUBLISH_FAILED);
        assertSucceedsAtLast();
    }

    @Test
    void uploadsDoNotNeedRedisButRecordsDo() throws Exception {
        server.redis().cut();
        assertThat(server.upload("P1", examinee, "M1", picture).statusCode()).isEqualTo(201);
        assertThat(server.upload("P1", examinee, "M1", picture).statusCode()).isEqualTo(201);
        for (String path : List.of(
                "/api/v1/plans/P1/mobile-sync",
                "/api/v1/plans/P1/examinees/E1/mobile-sync",
                "/captures/E1/sync_cap.jpg")) {
            HttpResponse<String> answer = server.get(path, TestTokens.proctor("p", "P1"));
            assertProblem(answer, ErrorCode.STATE_UNAVAILABLE, 503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        assertReadiness(503);
    }

    @Test
    void startsWhileTheStoreIsAway(@TempDir Path dir) throws Exception {
        try (NetworkProxy nothing = new NetworkProxy("127.0.0.1", 1)) {
            nothing.cut();
            Map<String, String> overrides = Map.of("mobile-sync.store.endpoint", "http://127.0.0.1:" + nothing.port());
            try (RunningWebServer other = RunningWebServer.start(dir, overrides)) {
                HttpResponse<String> answer = other.upload("P1", "E1", "M1", picture);
                assertProblem(answer, ErrorCode.CAPTURE_STORE_FAILED, 503);
            }
        }
    }

    /** Otherwise the first one, which was refused, could take the place of the second, which was taken. */
    @Test
    void noPictureOvertakesOneThatIsStillOnItsWayToTheStore(@TempDir Path dir) throws Exception {
        ExamineeKey somebody = new ExamineeKey("P1", "E1");
        byte[] another = Jpegs.picture(1_000);
        try (RunningWebServer other = RunningWebServer.start(dir, Map.of("mobile-sync.answer-within", "1s"))) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> other.upload("P1", "E0", "M1", picture).statusCode() == 201);
            other.store().requests().slow(picture.length / 3);
            assertProblem(other.upload("P1", "E1", "M1", picture), ErrorCode.CAPTURE_STORE_FAILED, 503);
            assertProblem(other.upload("P1", "E1", "M1", another), ErrorCode.TOO_MANY_REQUESTS, 429);
            CaptureStore store = other.bean(CaptureStore.class);
            Awaitility.await().atMost(PATIENCE).until(() -> store.find(somebody, Deadline.in(PROMISED)) != null);

            other.store().reset();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> other.upload("P1", "E1", "M1", another).statusCode() == 201);
            assertThat(store.find(somebody, Deadline.in(PROMISED)))
                    .returns(Digests.sha256(another), stored -> stored.facts().sha256());
        }
    }

    private void assertFails(ErrorCode code) throws Exception {
        Instant start = Instant.now();
        HttpResponse<String> answer = server.upload("P1", examinee, "M1", picture);

        assertProblem(answer, code, 503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(Duration.between(start, Instant.now())).isLessThan(PROMISED);
    }

    private void assertTold(ErrorCode code) {
        MobileSyncStatus failed =
                server.nextStatus(status -> status.status() == Status.FAILED).status();
        assertThat(failed.examineeId()).isEqualTo(examinee);
        assertThat(failed.error()).isNotNull().extracting("code").isEqualTo(code);
    }

    private MobileSyncStatus assertSucceedsAtLast() {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.upload("P1", examinee, "M1", picture).statusCode() == 201);
        return server.nextStatus(status -> status.status() == Status.COMPLETED).status();
    }

    private void assertReadiness(int status) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.managementPort() + "/actuator/health/readiness"))
                .build();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.send(request))
                .returns(status, HttpResponse::statusCode));
    }
}
