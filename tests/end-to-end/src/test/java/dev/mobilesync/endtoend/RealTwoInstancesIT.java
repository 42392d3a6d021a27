package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.RecordReader;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two instances of each service, on the same servers. */
@NeedsRealServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealTwoInstancesIT {

    private static final int ROUNDS = 25;

    private final ExecutorService phones = Executors.newFixedThreadPool(4);
    private RealServers servers;
    private MobileSyncSystem one;
    private MobileSyncSystem two;

    @BeforeAll
    void start() {
        servers = RealServers.open();
        one = MobileSyncSystem.startOn(servers, Map.of("mobile-sync.socket-queue", "broadcast_queue.one"));
        two = MobileSyncSystem.startOn(servers, Map.of("mobile-sync.socket-queue", "broadcast_queue.two"));
    }

    @AfterAll
    void stop() {
        phones.shutdownNow();
        two.close();
        one.close();
        servers.close();
    }

    /** The store here keeps one version, so the older of two at once must not be the one that it keeps. */
    @Test
    void ofPicturesThatComeThroughBothAtOnceTheNewestStaysAndIsTheOneOfTheRecord() {
        RecordReader records = one.bean(RecordReader.class);
        for (int round = 0; round < ROUNDS; round++) {
            ExamineeKey examinee = new ExamineeKey("two-1", "E1-" + round);
            List<byte[]> pictures = IntStream.range(0, 4)
                    .mapToObj(i -> Jpegs.picture(64, 48, i))
                    .toList();
            List<CompletableFuture<Phone.Answer>> uploads = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> (i % 2 == 0 ? one : two)
                                    .phone(examinee, "M001")
                                    .upload(pictures.get(i)),
                            phones))
                    .toList();
            Instant newest = Instant.EPOCH;
            byte[] expected = new byte[0];
            for (int i = 0; i < 4; i++) {
                Phone.Answer answer = uploads.get(i).join();
                assertThat(answer.status()).as(answer.body()).isEqualTo(201);
                Instant at = Instant.parse(answer.json().at("/data/timestamp").asString());
                if (at.isAfter(newest)) {
                    newest = at;
                    expected = pictures.get(i);
                }
            }
            Instant last = newest;
            SyncRecord record = await().until(
                            () -> records.read(examinee),
                            found -> found != null && found.timestamp().equals(last));
            assertThat(one.get(
                                    two.web()
                                            .resolve(requireNonNull(
                                                    requireNonNull(record).imageUrl())),
                                    TestTokens.proctor("proctor-1", "two-1"))
                            .body())
                    .as("round %d", round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aPhoneThatTriesAgainThroughTheOtherGetsTheSameAnswer() {
        ExamineeKey examinee = new ExamineeKey("two-2", "E2");
        byte[] picture = Jpegs.picture(1);
        List<CompletableFuture<Phone.Answer>> uploads = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> (i % 2 == 0 ? one : two).phone(examinee, "M001").upload(picture), phones))
                .toList();
        assertThat(uploads.stream()
                        .map(CompletableFuture::join)
                        .map(Phone.Answer::body)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void browsersOfBothHear() {
        ExamineeKey examinee = new ExamineeKey("two-3", "E3");
        try (StompTestClient here = one.examinee(examinee);
                StompTestClient there = two.examinee(examinee);
                StompTestClient proctor = two.proctor("two-3")) {
            assertThat(one.phone(examinee, "M001").upload(Jpegs.picture(1)).status())
                    .isEqualTo(201);
            for (StompTestClient each : List.of(here, there, proctor)) {
                each.await("mobile_sync_completed");
            }
        }
    }
}
