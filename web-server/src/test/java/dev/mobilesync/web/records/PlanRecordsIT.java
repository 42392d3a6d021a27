package dev.mobilesync.web.records;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The records of a plan, and who may read them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class PlanRecordsIT extends RecordsFixture {

    @Test
    void countsAndPagesPlan() throws Exception {
        for (int i = 0; i < 5; i++) {
            write(completed("B1", "C" + i));
        }
        for (int i = 0; i < 3; i++) {
            write(waiting("B1", "W" + i));
        }
        write(SyncRecord.builder(new ExamineeKey("B1", "F1"))
                .status(Status.FAILED, "m", AT)
                .error(SyncError.of(ErrorCode.CAPTURE_TOO_LARGE, "too large"))
                .build());

        JsonNode all = board("B1", "");
        assertThat(all.path("planId").asString()).isEqualTo("B1");
        assertThat(all.path("total").asInt()).isEqualTo(9);
        assertThat(all.path("size").asInt()).isEqualTo(100);
        assertThat(all.path("items").size()).isEqualTo(9);
        assertThat(all.at("/counts/COMPLETED").asInt()).isEqualTo(5);
        assertThat(all.at("/counts/WAITING").asInt()).isEqualTo(3);
        assertThat(all.at("/counts/FAILED").asInt()).isEqualTo(1);
        assertThat(all.at("/counts/TIMEOUT").asInt()).isZero();

        JsonNode page = board("B1", "?status=COMPLETED&page=1&size=2");
        assertThat(page.path("total").asInt()).isEqualTo(5);
        assertThat(page.path("page").asInt()).isEqualTo(1);
        assertThat(page.path("items").size()).isEqualTo(2);
        assertThat(page.at("/items/0/examineeId").asString()).isEqualTo("C2");
        assertThat(page.at("/items/1/examineeId").asString()).isEqualTo("C3");
        assertThat(board("B1", "?status=COMPLETED&page=2&size=2").path("items").size())
                .isEqualTo(1);
        assertThat(board("B1", "?status=COMPLETED&page=3&size=2").path("items").size())
                .isZero();
        assertThat(board("B1", "?page=2147483647&size=1000").path("items").size())
                .isZero();
        assertThat(board("B1", "?status=FAILED").at("/items/0/errorCode").asString())
                .isEqualTo("CAPTURE_TOO_LARGE");
        assertThat(board("B2", "").path("total").asInt()).isZero();
    }

    @Test
    void slicesStayCompleteWhileStatusesChange() throws Exception {
        for (int i = 0; i < 7; i++) {
            write(waiting("B3", "W" + i));
        }
        JsonNode first = board("B3", "?after=&size=3");
        assertThat(examinees(first)).containsExactly("W0", "W1", "W2");
        assertThat(first.path("next").asString()).isEqualTo("W2");
        assertThat(first.at("/counts/WAITING").asInt()).isEqualTo(7);

        // In the order of the index these move to the end and the others move forward.
        for (String examinee : new String[] {"W0", "W1", "W2"}) {
            write(completed("B3", examinee));
        }
        JsonNode second = board("B3", "?after=W2&size=3");
        assertThat(examinees(second)).containsExactly("W3", "W4", "W5");
        JsonNode third = board("B3", "?after=W5&size=3");
        assertThat(examinees(third)).containsExactly("W6");
        assertThat(third.has("next")).isFalse();
        assertThat(board("B3", "?after=W3&size=3").has("next")).isFalse();
    }

    @Test
    void readsExamineesByIds() throws Exception {
        write(completed("B4", "E1"));
        write(waiting("B4", "E2"));
        write(waiting("B4", "E3"));

        assertThat(examinees(board("B4", "?examinee=E1,E3,E404"))).containsExactly("E1", "E3");
    }

    @Test
    void compressesLargeBoard() throws Exception {
        for (int i = 0; i < 100; i++) {
            write(completed("B5", "E" + i));
        }
        HttpRequest.Builder request = api.request("/api/v1/plans/B5/mobile-sync?after=", TestTokens.proctor("p", "B5"))
                .header("Accept-Encoding", "gzip");
        HttpResponse<byte[]> response = api.send(request, HttpResponse.BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
        assertThat(response.body().length).isLessThan(plain.length / 4);
        assertThat(examinees(MessageCodec.mapper().readTree(plain))).hasSize(100);
    }

    @Test
    void omitsExpiredRecord() throws Exception {
        write(completed("X1", "E1"));
        write(completed("X1", "E2"));
        redis().delete(RedisKeys.record(new ExamineeKey("X1", "E1")));

        assertThat(board("X1", "").path("items").size()).isEqualTo(1);
    }

    @Test
    void answersOthersDespiteUnreadableRecords() throws Exception {
        double before = unreadableReads();
        write(completed("X3", "E1"));
        write(completed("X3", "E2"));
        redis().opsForHash().put(RedisKeys.record(new ExamineeKey("X3", "E2")), "status", "ARCHIVED");
        redis().opsForZSet().add(RedisKeys.planIndex("X3"), "E2", 99);
        write(waiting("X3", "E3"));
        redis().opsForHash().put(RedisKeys.record(new ExamineeKey("X3", "E3")), "deviceInfo", "{");
        write(completed("X3", "E4"));
        redis().delete(RedisKeys.record(new ExamineeKey("X3", "E4")));
        redis().opsForValue().set(RedisKeys.record(new ExamineeKey("X3", "E4")), "not a hash");
        write(completed("X3", "E5"));

        for (String query : new String[] {"", "?after=", "?examinee=E1,E2,E3,E4,E5"}) {
            JsonNode board = board("X3", query);
            assertThat(examinees(board)).as(query).containsExactly("E1", "E5");
            assertThat(unreadable(board)).as(query).containsExactlyInAnyOrder("E2", "E3", "E4");
        }
        assertThat(board("X3", "").path("total").asInt()).isEqualTo(5);
        JsonNode completed = board("X3", "?status=COMPLETED");
        assertThat(examinees(completed)).containsExactly("E1", "E5");
        assertThat(unreadable(completed)).containsExactly("E4");
        assertThat(board("X3", "?page=1&size=4").path("unreadable").size()).isEqualTo(1);
        assertThat(unreadable(board("X4", ""))).isEmpty();
        assertThat(unreadableReads() - before).isEqualTo(14);

        HttpResponse<String> single =
                api.get("/api/v1/plans/X3/examinees/E4/mobile-sync", TestTokens.proctor("p", "X3"));
        assertProblem(single, ErrorCode.INTERNAL_ERROR, 500);
        assertThat(ApiClient.json(single).path("reason").asString()).isEqualTo("UNREADABLE_RECORD");
    }

    /** No client could name such a member in a request. */
    @Test
    void skipsMembersThatAreNoIds() throws Exception {
        write(completed("X5", "E1"));
        write(completed("X5", "E2"));
        for (String invalid : new String[] {"", "E1 2", "_E"}) {
            redis().opsForZSet().add(RedisKeys.planIndex("X5"), invalid, RedisKeys.indexScore(Status.COMPLETED));
        }
        for (String query : new String[] {"", "?status=COMPLETED", "?after="}) {
            JsonNode board = board("X5", query);
            assertThat(examinees(board)).as(query).containsExactly("E1", "E2");
            assertThat(unreadable(board)).as(query).isEmpty();
        }
        JsonNode slice = board("X5", "?after=&size=1");
        assertThat(slice.path("next").asString()).isEqualTo("E1");
        assertThat(board("X5", "?after=E1&size=1").has("next")).isFalse();
    }

    private static List<String> unreadable(JsonNode board) {
        return board.path("unreadable").valueStream().map(JsonNode::asString).toList();
    }

    private double unreadableReads() {
        return server.bean(MeterRegistry.class)
                .get("mobile.sync.unreadable.records")
                .counter()
                .count();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?size=0",
                "?size=1001",
                "?size=x",
                "?page=-1",
                "?status=NONE",
                "?status=completed",
                "?after=&size=1001",
                "?after=B:1",
                "?examinee=E1,B:1"
            })
    void rejectsInvalidQuery(String query) throws Exception {
        assertProblem(
                api.get("/api/v1/plans/B1/mobile-sync" + query, TestTokens.proctor("p", "B1")),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    @Test
    void rejectsMoreThan100Ids() throws Exception {
        String query = IntStream.rangeClosed(0, 100).mapToObj(i -> "E" + i).collect(Collectors.joining(","));
        assertProblem(
                api.get("/api/v1/plans/B1/mobile-sync?examinee=" + query, TestTokens.proctor("p", "B1")),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    @Test
    void showsPlanToItsProctorsOnly() throws Exception {
        for (String query : new String[] {"", "?after=", "?examinee=E1"}) {
            String path = "/api/v1/plans/B1/mobile-sync" + query;
            assertProblem(api.get(path, ""), ErrorCode.UNAUTHENTICATED, 401);
            assertProblem(api.get(path, TestTokens.proctor("p", "B2")), ErrorCode.FORBIDDEN, 403);
            assertProblem(api.get(path, TestTokens.examinee("B1", "E1")), ErrorCode.FORBIDDEN, 403);
            assertProblem(api.get(path, TestTokens.device("B1", "E1", "M1")), ErrorCode.FORBIDDEN, 403);
        }
        assertProblem(
                api.get("/api/v1/plans/B%3A1/mobile-sync", TestTokens.proctor("p", "B1")),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    private static SyncRecord waiting(String plan, String examinee) {
        return SyncRecord.builder(new ExamineeKey(plan, examinee))
                .status(Status.WAITING, "m", AT)
                .deadline(AT.plusSeconds(300))
                .build();
    }
}
