package dev.mobilesync.web.records;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Single records, and who may read them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ServerContract
class RecordsIT extends RecordsFixture {

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

        for (String unauthorized : new String[] {
            TestTokens.examinee("R1", "E2"),
            TestTokens.examinee("R2", "E1"),
            TestTokens.device("R1", "E1", "M001"),
            TestTokens.proctor("p", "R2")
        }) {
            assertProblem(api.get(path, unauthorized), ErrorCode.FORBIDDEN, 403);
        }
        assertProblem(api.get(path, ""), ErrorCode.UNAUTHENTICATED, 401);
    }

    private static final Set<MobileSyncOrder.Order> HIDDEN_REASONS =
            Set.of(MobileSyncOrder.Order.ACCEPT, MobileSyncOrder.Order.RESET);

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
                            order == MobileSyncOrder.Order.EXTEND ? AT.plusSeconds(9) : null,
                            MobileSyncOrder.Role.PROCTOR))
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
                    .isEqualTo(HIDDEN_REASONS.contains(order) ? "" : "seen in person");

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
            HttpResponse<String> response = api.get("/api/v1/plans/R1/examinees/E1/mobile-sync", each.getKey());
            assertProblem(response, ErrorCode.UNAUTHENTICATED, 401);
            assertThat(ApiClient.json(response).path("reason").asString()).isEqualTo(each.getValue());
        }
        HttpResponse<String> tooFar = api.get(
                "/api/v1/plans/R1/examinees/E1/mobile-sync", TestTokens.mint(with(claims, "exp", milliseconds)));
        assertThat(ApiClient.json(tooFar).path("detail").asString()).contains("not milliseconds");
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
                api.get("/api/v1/plans/R1/examinees/E404/mobile-sync", TestTokens.proctor("p", "R1")),
                ErrorCode.NOT_FOUND,
                404);
    }

    @Test
    void answers500WithoutDetailsForUnreadableRecord() throws Exception {
        ExamineeKey examinee = new ExamineeKey("X2", "E1");
        redis().opsForHash().put(RedisKeys.record(examinee), "status", "secret-nonsense");
        HttpResponse<String> response =
                api.get("/api/v1/plans/X2/examinees/E1/mobile-sync", TestTokens.proctor("p", "X2"));

        assertProblem(response, ErrorCode.INTERNAL_ERROR, 500);
        assertThat(response.body()).doesNotContain("secret").doesNotContain("detail");
    }
}
