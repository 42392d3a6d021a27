package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A platform's server follows a plan over REST while its examinees take the step. */
@ServerContract
class PlanChangesIT {

    private static final String PLAN = "changes-1";
    private static final String SERVICE = TestTokens.service("platform", PLAN);
    private static final int EXAMINEES = 8;

    private final MobileSyncSystem system = MobileSyncSystem.shared();
    private String cursor = "";

    @Test
    void returnsEveryChangeOnce() {
        CompletableFuture<?>[] steps = IntStream.range(0, EXAMINEES)
                .mapToObj(i -> CompletableFuture.runAsync(() -> takeStep(i)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> all = CompletableFuture.allOf(steps);
        Map<String, JsonNode> seen = new HashMap<>();
        while (!all.isDone()) {
            read(seen);
        }
        all.join();
        read(seen);

        assertThat(seen).hasSize(EXAMINEES);
        seen.forEach((examinee, record) -> assertThat(record)
                .as(examinee)
                .isEqualTo(ApiClient.json(system.api().get(ApiClient.recordPath(PLAN, examinee), SERVICE), 200)));
        assertThat(seen.values())
                .allMatch(record -> record.path("status").asString().equals("COMPLETED"));
    }

    private void takeStep(int number) {
        ExamineeKey examinee = new ExamineeKey(PLAN, "E" + number);
        try (StompTestClient browser = system.examinee(examinee)) {
            enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
            assertThat(system.api()
                            .upload(examinee, "M1", Jpegs.picture(number))
                            .statusCode())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
        }
    }

    private void read(Map<String, JsonNode> seen) {
        boolean more = true;
        while (more) {
            JsonNode changes = ApiClient.json(
                    system.api().get(ApiClient.recordsPath(PLAN) + "?size=3&updatedSince=" + cursor, SERVICE), 200);
            changes.path("items").forEach(record -> {
                JsonNode before = seen.put(record.path("examineeId").asString(), record);
                assertThat(before == null ? 0 : before.path("revision").asLong())
                        .isLessThan(record.path("revision").asLong());
            });
            cursor = changes.path("next").asString();
            more = changes.path("more").asBoolean();
        }
    }
}
