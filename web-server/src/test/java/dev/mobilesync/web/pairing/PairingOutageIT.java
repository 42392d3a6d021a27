package dev.mobilesync.web.pairing;

import static dev.mobilesync.web.PairingPhone.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.web.PairingPhone;
import dev.mobilesync.web.RunningWebServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Pairing while a server is away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRealServers
class PairingOutageIT {

    private static final String PLAN = "P001";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RunningWebServer server;
    private PairingPhone pairing;

    @BeforeAll
    void start(@TempDir Path dir) {
        server = RunningWebServer.start(dir);
        pairing = new PairingPhone(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aPairingThatNobodyCanBeToldOfDoesNotCount() throws Exception {
        String first = pairing.token(PLAN, "E001", "M001");
        String code = pairing.code(PLAN, "E001");
        server.broker().cut();
        try {
            assertAway(pairing.redeem(code, "M002"), "STATUS_PUBLISH_FAILED");
        } finally {
            server.broker().reset();
        }
        // The phone before is the examinee's still.
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        pairing.upload(PLAN, "E001", "M001", first, Jpegs.picture(1))
                                .statusCode())
                .isEqualTo(201));
        assertThat(pairing.redeem(code, "M002").statusCode()).isEqualTo(200);
        assertThat(pairing.redeem(code, "M002").statusCode()).isEqualTo(404);
        server.nextStatus(status -> status.status() == Status.PAIRED && "M002".equals(status.deviceId()));
        assertThat(pairing.upload(PLAN, "E001", "M001", first, Jpegs.picture(2)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aCodeThatWasReplacedMeanwhileDoesNotComeBack() throws Exception {
        String code = pairing.code(PLAN, "E002");
        server.broker().freeze();
        String next;
        try {
            var redeeming = CompletableFuture.supplyAsync(() -> {
                try {
                    return pairing.redeem(code, "M001");
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Awaitility.await().atMost(PATIENCE).until(() -> isSpent("E002"));
            next = pairing.code(PLAN, "E002");
            assertAway(redeeming.join(), "STATUS_PUBLISH_FAILED");
        } finally {
            server.broker().reset();
        }
        assertThat(pairing.redeem(code, "M001").statusCode()).isEqualTo(404);
        String good = next;
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        pairing.redeem(good, "M001").statusCode())
                .isEqualTo(200));
    }

    private boolean isSpent(String examinee) {
        var redis = server.bean(StringRedisTemplate.class);
        var key = new ExamineeKey(PLAN, examinee);
        String hash = redis.opsForValue().get(Topology.newestPairingKey(key));
        return hash != null && !Boolean.TRUE.equals(redis.hasKey(Topology.pairingKey(hash)));
    }

    @Test
    void withoutRedisThereIsNoPairingButThereAreUploads() throws Exception {
        String token = pairing.token(PLAN, "E003", "M001");
        server.redis().cut();
        try {
            assertAway(pairing.ask(PLAN, "E003"), "STATE_UNAVAILABLE");
            assertAway(pairing.redeem("ACEF2345", "M001"), "STATE_UNAVAILABLE");
            assertThat(pairing.upload(PLAN, "E003", "M001", token, Jpegs.picture(3))
                            .statusCode())
                    .isEqualTo(201);
        } finally {
            server.redis().reset();
        }
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        pairing.ask(PLAN, "E003").statusCode())
                .isEqualTo(201));
    }

    @Test
    void aRedisThatHangsDoesNotHoldAnUpload() throws Exception {
        String token = pairing.token(PLAN, "E004", "M001");
        server.redis().freeze();
        try {
            long started = System.nanoTime();
            assertThat(pairing.upload(PLAN, "E004", "M001", token, Jpegs.picture(4))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
            assertAway(pairing.redeem("ACEF2345", "M001"), "STATE_UNAVAILABLE");
        } finally {
            server.redis().reset();
        }
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        pairing.ask(PLAN, "E004").statusCode())
                .isEqualTo(201));
    }

    private static void assertAway(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(json(answer).path("code").asString()).isEqualTo(code);
        assertThat(json(answer).path("retryable").asBoolean()).isTrue();
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
}
