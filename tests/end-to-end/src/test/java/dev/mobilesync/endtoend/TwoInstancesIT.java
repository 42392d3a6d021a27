package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two instances of each service on the same servers. */
class TwoInstancesIT {

    private static final ExecutorService PHONES = Executors.newFixedThreadPool(4);

    private static MobileSyncSystem one;
    private static MobileSyncSystem two;

    @BeforeAll
    static void start() {
        one = MobileSyncSystem.shared();
        Map<String, String> properties = new HashMap<>(TestProperties.PROPERTIES);
        properties.put("mobile-sync.socket-queue", "broadcast_queue.two");
        two = MobileSyncSystem.start(TestServers.shared(), properties);
    }

    @AfterAll
    static void stop() {
        PHONES.shutdownNow();
        two.close();
    }

    @Test
    void keepsNewestOfConcurrentPictures() {
        assertNewestStays(2);
    }

    @Test
    @Tag("slow")
    void keepsNewestInManyRounds() {
        assertNewestStays(25);
    }

    /** This store keeps one version, which must be the newer of two concurrent pictures. */
    private static void assertNewestStays(int rounds) {
        SyncRecordReader records = one.bean(SyncRecordReader.class);
        for (int round = 0; round < rounds; round++) {
            ExamineeKey examinee = new ExamineeKey("two-1-" + rounds, "E1-" + rounds + "-" + round);
            List<byte[]> pictures = IntStream.range(0, 4)
                    .mapToObj(i -> Jpegs.picture(64, 48, i))
                    .toList();
            List<CompletableFuture<HttpResponse<String>>> uploads = IntStream.range(0, 4)
                    .mapToObj(i -> upload(i, examinee, pictures.get(i)))
                    .toList();
            Instant newest = Instant.EPOCH;
            byte[] expected = new byte[0];
            for (int i = 0; i < 4; i++) {
                HttpResponse<String> response = uploads.get(i).join();
                Instant at = Instant.parse(
                        ApiClient.json(response, 201).at("/data/timestamp").asString());
                if (at.isAfter(newest)) {
                    newest = at;
                    expected = pictures.get(i);
                }
            }
            Instant last = newest;
            SyncRecord record = await().until(
                            () -> records.read(examinee),
                            found -> found != null && found.timestamp().equals(last));
            String url = requireNonNull(requireNonNull(record).imageUrl());
            assertThat(two.api()
                            .getBytes(url, TestTokens.proctor("proctor-1", examinee.planId()))
                            .body())
                    .as("round %d", round)
                    .isEqualTo(expected);
        }
    }

    @Test
    void returnsSameResponseFromBothInstances() {
        ExamineeKey examinee = new ExamineeKey("two-2", "E2");
        byte[] picture = Jpegs.picture(1);
        List<CompletableFuture<HttpResponse<String>>> uploads = IntStream.range(0, 4)
                .mapToObj(i -> upload(i, examinee, picture))
                .toList();
        assertThat(uploads.stream()
                        .map(CompletableFuture::join)
                        .map(HttpResponse::body)
                        .distinct())
                .hasSize(1);
    }

    private static CompletableFuture<HttpResponse<String>> upload(int number, ExamineeKey examinee, byte[] picture) {
        ApiClient api = (number % 2 == 0 ? one : two).api();
        return CompletableFuture.supplyAsync(() -> api.upload(examinee, "M001", picture), PHONES);
    }

    @Test
    void notifiesBrowsersOfBothInstances() {
        ExamineeKey examinee = new ExamineeKey("two-3", "E3");
        try (StompTestClient here = one.examinee(examinee);
                StompTestClient there = two.examinee(examinee);
                StompTestClient proctor = two.proctor("two-3")) {
            assertThat(one.api().upload(examinee, "M001", Jpegs.picture(1)).statusCode())
                    .isEqualTo(201);
            for (StompTestClient each : List.of(here, there, proctor)) {
                each.await("mobile_sync_completed");
            }
        }
    }
}
