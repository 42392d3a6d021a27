package dev.mobilesync.web.records;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncError;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.StoredRecords;
import dev.mobilesync.web.WebServerFixture;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Records and captures, and who may read them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class RecordsIT {

    private static final Instant AT = Instant.parse("2024-01-01T09:00:00Z");

    private final WebServerFixture server = WebServerFixture.shared();
    private final ApiClient api = server.api();

    @Test
    void showsRecordToExamineeAndProctors() throws Exception {
        write(completed("R1", "E1"));
        String path = "/api/v1/plans/R1/examinees/E1/mobile-sync";
        HttpResponse<String> own = api.get(path, TestTokens.examinee("R1", "E1"));

        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(api.get(path, TestTokens.proctor("p", "R0", "R1")).body()).isEqualTo(own.body());
        JsonNode record = ApiClient.json(own);
        assertThat(record.path("planId").asString()).isEqualTo("R1");
        assertThat(record.path("examineeId").asString()).isEqualTo("E1");
        assertThat(record.path("status").asString()).isEqualTo("COMPLETED");
        assertThat(record.path("deviceId").asString()).isEqualTo("M001");
        assertThat(record.path("timestamp").asString()).isEqualTo("2024-01-01T09:00:00Z");
        assertThat(record.path("imageUrl").asString()).isEqualTo("/captures/E1/sync_cap.jpg");
        assertThat(record.at("/deviceInfo/model").asString()).isEqualTo("iPhone 12");
        assertThat(record.has("errorCode")).isFalse();

        for (String stranger : new String[] {
            TestTokens.examinee("R1", "E2"),
            TestTokens.examinee("R2", "E1"),
            TestTokens.device("R1", "E1", "M001"),
            TestTokens.proctor("p", "R2")
        }) {
            assertProblem(api.get(path, stranger), ErrorCode.FORBIDDEN, 403);
        }
        assertProblem(api.get(path, ""), ErrorCode.UNAUTHENTICATED, 401);
    }

    @Test
    void hidesProctorsFromExaminees() throws Exception {
        for (MobileSyncOrder.Order order : MobileSyncOrder.Order.values()) {
            String examinee = "E" + order;
            write(SyncRecord.builder(new ExamineeKey("O1", examinee))
                    .status(Status.COMPLETED, "m", AT)
                    .accepted("proctor-kim", "seen in person")
                    .ordered(new MobileSyncOrder(
                            "O1",
                            examinee,
                            order,
                            "seen in person",
                            "proctor-kim",
                            AT,
                            order == MobileSyncOrder.Order.EXTEND ? AT.plusSeconds(9) : null))
                    .build());
            String path = "/api/v1/plans/O1/examinees/" + examinee + "/mobile-sync";
            HttpResponse<String> own = api.get(path, TestTokens.examinee("O1", examinee));
            JsonNode record = ApiClient.json(own, 200);
            assertThat(own.body()).doesNotContain("proctor-kim");
            assertThat(record.has("acceptedBy")).isFalse();
            assertThat(record.has("acceptedReason")).isFalse();
            assertThat(record.at("/lastOrder/order").asString()).isEqualTo(order.name());
            assertThat(record.at("/lastOrder/timestamp").asString()).isEqualTo(AT.toString());
            assertThat(record.at("/lastOrder/reason").asString(""))
                    .isEqualTo(order == MobileSyncOrder.Order.ACCEPT ? "" : "seen in person");

            JsonNode proctors = ApiClient.json(api.get(path, TestTokens.proctor("p", "O1")), 200);
            assertThat(proctors.path("acceptedBy").asString()).isEqualTo("proctor-kim");
            assertThat(proctors.path("acceptedReason").asString()).isEqualTo("seen in person");
            assertThat(proctors.at("/lastOrder/by").asString()).isEqualTo("proctor-kim");
        }
    }

    @Test
    void reportsReasonOfRejectedToken() throws Exception {
        Map<String, Object> claims = Map.of("role", "examinee", "plan", "R1", "examinee", "E1");
        long milliseconds = System.currentTimeMillis() + 3_600_000;
        Map<String, String> reasons = Map.of(
                TestTokens.mint(with(claims, "exp", Date.from(AT))),
                "EXPIRED",
                TestTokens.mint(with(claims, "exp", milliseconds)),
                "CLAIM",
                TestTokens.mint(with(claims, "aud", "another")),
                "AUDIENCE",
                TestTokens.mint(with(claims, "role", "admin")),
                "CLAIM",
                TestTokens.mint(claims, TestTokens.SECRET + "x"),
                "SIGNATURE",
                "nonsense",
                "MALFORMED",
                "non sense",
                "MALFORMED");
        for (Map.Entry<String, String> each : reasons.entrySet()) {
            HttpResponse<String> answer = api.get("/api/v1/plans/R1/examinees/E1/mobile-sync", each.getKey());
            assertProblem(answer, ErrorCode.UNAUTHENTICATED, 401);
            assertThat(ApiClient.json(answer).path("reason").asString()).isEqualTo(each.getValue());
        }
        HttpResponse<String> tooFar = api.get(
                "/api/v1/plans/R1/examinees/E1/mobile-sync", TestTokens.mint(with(claims, "exp", milliseconds)));
        assertThat(ApiClient.json(tooFar).path("detail").asString()).contains("not in milliseconds");
        assertThat(ApiClient.json(api.get("/api/v1/plans/R1/examinees/E1/mobile-sync", ""))
                        .has("reason"))
                .isFalse();
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> all = new HashMap<>(claims);
        all.put(name, value);
        return all;
    }

    @Test
    void answers404WithoutRecord() throws Exception {
        assertProblem(
                api.get("/api/v1/plans/R1/examinees/nobody/mobile-sync", TestTokens.proctor("p", "R1")),
                ErrorCode.NOT_FOUND,
                404);
    }

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

        assertThat(examinees(board("B4", "?examinee=E1,E3,nobody"))).containsExactly("E1", "E3");
    }

    @Test
    void compressesLargeBoard() throws Exception {
        for (int i = 0; i < 100; i++) {
            write(completed("B5", "E" + i));
        }
        HttpRequest.Builder request = api.request("/api/v1/plans/B5/mobile-sync?after=", TestTokens.proctor("p", "B5"))
                .header("Accept-Encoding", "gzip");
        HttpResponse<byte[]> answer = api.send(request, HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(answer.body().length).isLessThan(plain.length / 4);
        assertThat(examinees(MessageCodec.mapper().readTree(plain))).hasSize(100);
    }

    private static List<String> examinees(JsonNode board) {
        return board.path("items")
                .valueStream()
                .map(item -> item.path("examineeId").asString())
                .toList();
    }

    @Test
    void omitsExpiredRecord() throws Exception {
        write(completed("X1", "E1"));
        write(completed("X1", "E2"));
        redis().delete(RedisKeys.record(new ExamineeKey("X1", "E1")));

        assertThat(board("X1", "").path("items").size()).isEqualTo(1);
    }

    @Test
    void answers500WithoutDetailsForUnreadableRecord() throws Exception {
        ExamineeKey examinee = new ExamineeKey("X2", "E1");
        redis().opsForHash().put(RedisKeys.record(examinee), "status", "secret-nonsense");
        HttpResponse<String> answer =
                api.get("/api/v1/plans/X2/examinees/E1/mobile-sync", TestTokens.proctor("p", "X2"));

        assertProblem(answer, ErrorCode.INTERNAL_ERROR, 500);
        assertThat(answer.body()).doesNotContain("secret").doesNotContain("detail");
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

    @Test
    void showsCaptureDespiteUnreadableRecordOfOtherPlan() throws Exception {
        api.upload(new ExamineeKey("X5", "EX5"), "M001", Jpegs.picture(1));
        write(completed("X5", "EX5"));
        redis().opsForValue().set(RedisKeys.record(new ExamineeKey("X6", "EX5")), "not a hash");

        assertThat(api.get("/captures/EX5/sync_cap.jpg", TestTokens.proctor("p", "X6", "X5"))
                        .statusCode())
                .isEqualTo(200);
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

    @Test
    void showsCaptureToProctorsOfItsPlanOnly() throws Exception {
        byte[] picture = Jpegs.picture(1);
        api.upload(new ExamineeKey("G1", "EG"), "M001", picture);
        String path = "/captures/EG/sync_cap.jpg";
        String proctor = TestTokens.proctor("p", "G0", "G1");

        assertProblem(api.get(path, proctor), ErrorCode.NOT_FOUND, 404);
        write(completed("G1", "EG"));

        HttpResponse<byte[]> answer = api.getBytes(path, proctor);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(picture);
        assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(answer.headers().firstValue("Content-Length")).contains(Integer.toString(picture.length));
        assertThat(answer.headers().firstValue("Cache-Control").orElseThrow())
                .contains("private")
                .contains("no-store");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");

        HttpRequest.Builder head = api.request(path, proctor).method("HEAD", HttpRequest.BodyPublishers.noBody());
        assertThat(api.send(head).statusCode()).isEqualTo(200);

        for (String stranger : new String[] {
            TestTokens.proctor("p", "G2"), TestTokens.examinee("G1", "EG"), TestTokens.device("G1", "EG", "M001")
        }) {
            assertProblem(api.get(path, stranger), ErrorCode.NOT_FOUND, 404);
        }
        assertProblem(api.get(path, ""), ErrorCode.UNAUTHENTICATED, 401);
    }

    @Test
    void hidesCaptureOfOtherPlanUnderSameUrl() throws Exception {
        api.upload(new ExamineeKey("H1", "EH"), "M001", Jpegs.picture(2));
        write(completed("H1", "EH"));
        api.upload(new ExamineeKey("H2", "EH"), "M001", Jpegs.picture(3));
        write(completed("H2", "EH"));

        assertProblem(api.get("/captures/EH/sync_cap.jpg", TestTokens.proctor("p", "H1")), ErrorCode.NOT_FOUND, 404);
        assertThat(api.get("/captures/EH/sync_cap.jpg", TestTokens.proctor("p", "H2"))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/captures/",
                "/captures/EG",
                "/captures/EG/other.jpg",
                "/captures/E%47/sync_cap.jpg",
                "/captures"
            })
    void answers404ForOtherUrls(String path) throws Exception {
        assertProblem(api.get(path, TestTokens.proctor("p", "G1")), ErrorCode.NOT_FOUND, 404);
    }

    private JsonNode board(String plan, String query) throws Exception {
        HttpResponse<String> answer =
                api.get("/api/v1/plans/" + plan + "/mobile-sync" + query, TestTokens.proctor("p", plan));
        return ApiClient.json(answer, 200);
    }

    private static SyncRecord waiting(String plan, String examinee) {
        return SyncRecord.builder(new ExamineeKey(plan, examinee))
                .status(Status.WAITING, "m", AT)
                .deadline(AT.plusSeconds(300))
                .build();
    }

    private static SyncRecord completed(String plan, String examinee) {
        return StoredRecords.completed(MobileSyncStatus.completed(
                new ExamineeKey(plan, examinee),
                "M001",
                AT,
                new CaptureInfo(
                        "/captures/" + examinee + "/sync_cap.jpg", new DeviceInfo("iPhone 12", "iOS 15.0"), null)));
    }

    private void write(SyncRecord record) {
        StoredRecords.write(redis(), record);
    }

    private StringRedisTemplate redis() {
        return server.bean(StringRedisTemplate.class);
    }
}
