package dev.mobilesync.web.records;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The changed records of a plan since a cursor. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class PlanChangeQueryIT extends RecordsFixture {

    @Test
    void continuesAfterCursor() throws Exception {
        change("U1", "E1", 101);
        change("U1", "E2", 102);
        change("U1", "E3", 103);
        JsonNode first = since("U1", "", 2);
        assertThat(examinees(first)).containsExactly("E1", "E2");
        assertThat(first.path("more").asBoolean()).isTrue();
        JsonNode second = since("U1", next(first), 2);
        assertThat(examinees(second)).containsExactly("E3");
        assertThat(second.path("more").asBoolean()).isFalse();
        JsonNode third = since("U1", next(second), 2);
        assertThat(examinees(third)).isEmpty();
        assertThat(next(third)).isEqualTo(next(second));

        change("U1", "E1", 104);
        assertThat(examinees(since("U1", next(third), 2))).containsExactly("E1");
        assertThat(examinees(since("U1", "", 10))).containsExactly("E2", "E3", "E1");
    }

    /** The state-manager has written the record of E2 again, and not its number yet. */
    @Test
    void endsBeforeChangeWithoutNumber() throws Exception {
        change("U8", "E1", 101);
        change("U8", "E2", 102);
        change("U8", "E3", 103);
        long revision = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        write(completed("U8", "E2").toBuilder().revision(revision).build());
        JsonNode first = since("U8", "", 10);
        assertThat(examinees(first)).containsExactly("E1");
        assertThat(first.path("more").asBoolean()).isTrue();
        JsonNode second = since("U8", next(first), 10);
        assertThat(examinees(second)).isEmpty();
        assertThat(second.path("more").asBoolean())
                .as("whether to continue at once")
                .isFalse();

        redis().opsForZSet().add(RedisKeys.planChanges("U8"), "E2", revision);
        JsonNode third = since("U8", next(second), 10);
        assertThat(examinees(third)).containsExactly("E3", "E2");
        assertThat(examinees(since("U8", next(third), 10))).isEmpty();
    }

    @Test
    void returnsRecordThatHasLostItsNumber() throws Exception {
        change("U9", "E1", 101);
        long minuteAgo = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().minusSeconds(60));
        write(completed("U9", "E1").toBuilder().revision(minuteAgo).build());
        assertThat(examinees(since("U9", "", 10))).containsExactly("E1");
    }

    @Test
    void startsAgainIfChangesAreLost() throws Exception {
        change("U2", "E1", 101);
        change("U2", "E2", 102);
        String cursor = next(since("U2", "", 10));
        // A failover has lost the change of E2.
        redis().opsForZSet().remove(RedisKeys.planChanges("U2"), "E2");
        assertThat(examinees(since("U2", cursor, 10))).containsExactly("E1");

        redis().delete(RedisKeys.planChanges("U2"));
        assertThat(next(since("U2", cursor, 10))).isEmpty();
        redis().opsForZSet().add(RedisKeys.planChanges("U2"), "", 200);
        change("U2", "E2", 201);
        assertThat(examinees(since("U2", cursor, 10))).containsExactly("E2");
    }

    @Test
    void namesUnreadableAndOmitsMissingRecords() throws Exception {
        change("U3", "E1", 101);
        change("U3", "E2", 102);
        change("U3", "E3", 103);
        redis().opsForHash().put("plan:U3:examinee:E1:mobile_sync", "status", "NONSENSE");
        redis().delete("plan:U3:examinee:E2:mobile_sync");
        JsonNode changes = since("U3", "", 10);
        assertThat(changes.path("unreadable").toString()).isEqualTo("[\"E1\"]");
        assertThat(examinees(changes)).containsExactly("E3");
    }

    @Test
    void skipsMembersThatAreNoIds() throws Exception {
        change("U7", "E1", 101);
        redis().opsForZSet().add(RedisKeys.planChanges("U7"), "not an id", 102);
        change("U7", "E2", 103);
        JsonNode first = since("U7", "", 2);
        assertThat(examinees(first)).containsExactly("E1");
        assertThat(examinees(since("U7", next(first), 2))).containsExactly("E2");
    }

    @Test
    void isEmptyWithoutChanges() throws Exception {
        JsonNode none = since("U4", "", 10);
        assertThat(none.toString())
                .isEqualTo("{\"planId\":\"U4\",\"items\":[],\"unreadable\":[],\"next\":\"\",\"more\":false}");
        assertThat(since("U4", "100-101", 10)).isEqualTo(none);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "updatedSince=2024-01-01T09:00:00Z",
                "updatedSince=1",
                "updatedSince=1-",
                "updatedSince=1-99999999999999999",
                "updatedSince=-1-2",
                "updatedSince=&size=0",
                "updatedSince=&size=1001"
            })
    void rejectsInvalidParameters(String query) {
        assertProblem(
                api.get("/api/v1/plans/U5/mobile-sync?" + query, TestTokens.service("platform", "U5")),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    /** As a state-manager writes it. */
    private void change(String plan, String examinee, long number) {
        write(completed(plan, examinee).toBuilder().revision(number).build());
        redis().opsForZSet().addIfAbsent(RedisKeys.planChanges(plan), "", 100);
        redis().opsForZSet().add(RedisKeys.planChanges(plan), examinee, number);
    }

    private JsonNode since(String plan, String cursor, int size) throws Exception {
        return board(plan, "?updatedSince=" + cursor + "&size=" + size);
    }

    private static String next(JsonNode changes) {
        return changes.path("next").asString();
    }
}
