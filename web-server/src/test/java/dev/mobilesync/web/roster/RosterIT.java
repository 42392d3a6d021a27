package dev.mobilesync.web.roster;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rosters over REST. */
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class RosterIT {

    private final WebServerFixture server = WebServerFixture.shared();
    private final ApiClient api = server.api();

    @Test
    void keepsNewestRoster(CapturedOutput output) {
        assertThat(read("R1").path("examinees").size()).isZero();
        String body = """
                {"examinees": [{"examineeId": "E002"}, {"examineeId": "E001", "name": " 김지우 ", "seat": 7}]}""";
        JsonNode written = ApiClient.json(put("R1", body), 200);
        assertThat(written.path("planId").asString()).isEqualTo("R1");
        assertThat(written.path("examinees").toString())
                .isEqualTo("[{\"examineeId\":\"E001\",\"name\":\"김지우\"},{\"examineeId\":\"E002\"}]");
        assertThat(read("R1")).isEqualTo(written);
        assertThat(server.bean(StringRedisTemplate.class).getExpire(RedisKeys.roster("R1")))
                .isBetween(29L * 86_400, 30L * 86_400);
        assertThat(output.getAll())
                .contains("action=replace-roster role=proctor who=kim plan=R1 examinees=2 ")
                .doesNotContain("김지우");

        ApiClient.json(put("R1", "{\"examinees\": [{\"examineeId\": \"E003\"}]}"), 200);
        assertThat(read("R1").path("examinees").toString()).isEqualTo("[{\"examineeId\":\"E003\"}]");
        ApiClient.json(put("R1", "{\"examinees\": []}"), 200);
        assertThat(server.bean(StringRedisTemplate.class).hasKey(RedisKeys.roster("R1")))
                .isFalse();
    }

    @Test
    void acceptsTenThousandExaminees() throws Exception {
        assertThat(put("R2", examinees(10_000)).statusCode()).isEqualTo(200);
        HttpResponse<String> response = api.get("/api/v1/plans/R2/roster", TestTokens.proctor("kim", "R2"));
        JsonNode roster = new JsonMapper().readTree(response.body());
        assertThat(roster.path("examinees").size()).isEqualTo(10_000);
        assertThat(roster.at("/examinees/9999/name").asString()).isEqualTo("수험자 9999");
        assertProblem(put("R2", examinees(10_001)), ErrorCode.INVALID_REQUEST, 400);
        assertThat(server.bean(StringRedisTemplate.class).opsForHash().size(RedisKeys.roster("R2")))
                .isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"examinees\": null}",
                "{\"examinees\": [null]}",
                "{\"examinees\": [\"E1\"]}",
                "{\"examinees\": [{\"name\": \"x\"}]}",
                "{\"examinees\": [{\"examineeId\": \"../E1\"}]}",
                "{\"examinees\": [{\"examineeId\": \"E1\"}, {\"examineeId\": \"E1\"}]}",
                "{\"examinees\": [{\"examineeId\": \"E1\", \"name\": \"a\\nb\"}]}",
                "{\"examinees\": [{\"examineeId\": \"E1\", \"name\": \"a\\u202eb\"}]}",
                "{\"examinees\": [{\"examineeId\": \"E1\", \"name\": {}}]}",
                "{\"examinees\": []} {}"
            })
    void rejectsInvalidRosters(String body) {
        HttpResponse<String> response = put("R3", body);
        assertProblem(response, ErrorCode.INVALID_REQUEST, 400);
        assertThat(response.body()).doesNotContain("../E1");
    }

    @Test
    void rejectsLongNamesAndBodies() {
        assertProblem(
                put("R3", "{\"examinees\": [{\"examineeId\": \"E1\", \"name\": \"" + "x".repeat(101) + "\"}]}"),
                ErrorCode.INVALID_REQUEST,
                400);
        assertProblem(
                put("R3", "{\"examinees\": []" + " ".repeat(RosterController.MAX_BYTES) + "}"),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    private static String examinees(int count) {
        return IntStream.range(0, count)
                .mapToObj("{\"examineeId\": \"E%1$d\", \"name\": \"수험자 %1$d\"}"::formatted)
                .collect(Collectors.joining(",", "{\"examinees\": [", "]}"));
    }

    private JsonNode read(String plan) {
        return ApiClient.json(api.get("/api/v1/plans/" + plan + "/roster", TestTokens.proctor("kim", plan)), 200);
    }

    private HttpResponse<String> put(String plan, String body) {
        return api.send(api.request("/api/v1/plans/" + plan + "/roster", TestTokens.proctor("kim", plan))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }
}
