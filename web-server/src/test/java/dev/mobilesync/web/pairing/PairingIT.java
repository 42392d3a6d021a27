package dev.mobilesync.web.pairing;

import static dev.mobilesync.testsupport.ApiClient.json;
import static dev.mobilesync.testsupport.ApiClient.pairingsPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.nimbusds.jwt.SignedJWT;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.PublishedMessage;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** Pairing over HTTP, with a broker and Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class PairingIT extends PairingFixture {

    @Test
    void issuesTokenForCode(CapturedOutput output) throws Exception {
        ExamineeKey examinee = newExaminee();
        server.purgeStatusQueue();
        HttpResponse<String> issued = api.requestPairing(examinee);

        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        assertThat(issued.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(json(issued).propertyNames()).containsExactly("code", "captureUrl", "expiresAt", "qrCode");
        String code = json(issued).path("code").asString();
        assertThat(code).matches("[" + PairingCode.ALPHABET + "]{8}");
        assertThat(json(issued).path("captureUrl").asString())
                .matches("http://127\\.0\\.0\\.1:" + server.port() + "/capture#[" + PairingCode.ALPHABET + "]{28}");
        assertThat(Instant.parse(json(issued).path("expiresAt").asString()))
                .isCloseTo(Instant.now().plus(Duration.ofMinutes(2)), within(10, ChronoUnit.SECONDS));
        assertThat(server.pollMessages()).isEmpty();

        HttpResponse<String> redeemed = api.redeem(code, "M001");

        assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(200);
        assertThat(redeemed.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(json(redeemed).propertyNames()).containsExactly("token", "expiresAt", "planId", "examineeId");
        assertThat(json(redeemed).path("planId").asString()).isEqualTo(PLAN);
        assertThat(json(redeemed).path("examineeId").asString()).isEqualTo(examinee.examineeId());
        String token = json(redeemed).path("token").asString();
        assertClaims(
                token, examinee, Instant.parse(json(redeemed).path("expiresAt").asString()));

        PublishedMessage delivered = server.nextMessage();
        assertThat(delivered.statusMessage().status()).isEqualTo(Status.PAIRED);
        assertThat(delivered.statusMessage().examinee()).isEqualTo(examinee);
        assertThat(delivered.statusMessage().deviceId()).isEqualTo("M001");
        assertThat(delivered.properties().getType()).isEqualTo("mobile_sync_status");
        assertThat(delivered.properties().getMessageId()).isNotBlank();

        HttpResponse<String> uploaded = upload(examinee, "M001", token, Jpegs.picture(1));
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(201);
        assertThat(server.nextMessage().statusMessage().status()).isEqualTo(Status.COMPLETED);

        api.redeem(code, "M002");
        assertThat(output.getAll()).doesNotContain(code, token, TestTokens.SECRET);

        String time = ".* audit .*time=\\d{4}-\\d\\d-\\d\\dT\\S+Z ";
        String subject = " plan=P001 examinee=" + examinee.examineeId() + " address=127.0.0.1 result=";
        assertThat(output.getAll().lines().filter(line -> line.contains(" action=")))
                .anyMatch(line -> line.matches(
                        time + "action=issue-code role=examinee who=P001:" + examinee.examineeId() + subject + "201"))
                .anyMatch(line -> line.matches(time + "action=pair role=device who=M001" + subject + "200"))
                .as("the code was consumed")
                .anyMatch(line -> line.matches(
                        time + "action=pair role=device who=M002 plan=- examinee=-" + " address=127.0.0.1 result=404"));
    }

    private static void assertClaims(String token, ExamineeKey examinee, Instant expiresAt) throws ParseException {
        SignedJWT jwt = SignedJWT.parse(token);
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("HS256");
        Map<String, Object> claims = jwt.getJWTClaimsSet().getClaims();
        assertThat(claims)
                .containsOnlyKeys("iss", "aud", "jti", "iat", "exp", "role", "plan", "examinee", "device")
                .containsEntry("iss", "mobile-sync")
                .containsEntry("aud", List.of("mobile-sync"))
                .containsEntry("role", "device")
                .containsEntry("plan", PLAN)
                .containsEntry("examinee", examinee.examineeId())
                .containsEntry("device", "M001");
        assertThat(jwt.getJWTClaimsSet().getExpirationTime().toInstant())
                .isEqualTo(expiresAt)
                .isCloseTo(Instant.now().plus(Duration.ofHours(4)), within(10, ChronoUnit.SECONDS));
    }

    @Test
    void pairsOnceWithEitherCode() throws Exception {
        for (boolean linkFirst : new boolean[] {true, false}) {
            JsonNode issued = json(api.requestPairing(newExaminee()));
            String code = issued.path("code").asString();
            String linkSecret = issued.path("captureUrl").asString().split("#")[1];
            assertThat(api.redeem(linkFirst ? linkSecret : code, "M001").statusCode())
                    .isEqualTo(200);
            assertUnknown(api.redeem(linkFirst ? code : linkSecret, "M002"));
            assertUnknown(api.redeem(linkFirst ? linkSecret : code, "M002"));
        }
    }

    @Test
    void nextPairingReplacesBothCodes() throws Exception {
        ExamineeKey examinee = newExaminee();
        JsonNode first = json(api.requestPairing(examinee));
        JsonNode second = json(api.requestPairing(examinee));
        assertUnknown(api.redeem(first.path("code").asString(), "M001"));
        assertUnknown(api.redeem(first.path("captureUrl").asString().split("#")[1], "M001"));
        String linkSecret = second.path("captureUrl").asString().split("#")[1];
        assertThat(api.redeem(linkSecret.toLowerCase(Locale.ROOT), "M001").statusCode())
                .isEqualTo(200);
    }

    @Test
    void acceptsLowerCaseAndGrouping() throws Exception {
        ExamineeKey examinee = newExaminee();
        String code = api.pairingCode(examinee);
        String typed = " " + code.substring(0, 4).toLowerCase(Locale.ROOT) + " - " + code.substring(4);
        assertThat(api.redeem(typed, "M001").statusCode()).isEqualTo(200);
    }

    @Test
    void ignoresInvalidTokenOfPhone() throws Exception {
        String body = "{\"code\":\"" + api.pairingCode(newExaminee()) + "\",\"deviceId\":\"M001\"}";
        assertThat(api.redeemBody(body, "Authorization", "Bearer of-long-ago").statusCode())
                .isEqualTo(200);
    }

    @Test
    void issuesCodesToExamineeOnly() throws Exception {
        ExamineeKey examinee = newExaminee();
        String path = pairingsPath(PLAN, examinee.examineeId());
        for (String token : new String[] {
            TestTokens.examinee(PLAN, newExaminee().examineeId()),
            TestTokens.examinee("P002", examinee.examineeId()),
            TestTokens.device(PLAN, examinee.examineeId(), "M001"),
            TestTokens.proctor("proctor-1", PLAN)
        }) {
            assertProblem(api.post(path, token), 403, "FORBIDDEN");
        }
        assertProblem(api.post(path, ""), 401, "UNAUTHENTICATED");
        assertProblem(api.post(path, "abc"), 401, "UNAUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-E1", "E%201", "E*", "E:1"})
    void rejectsInvalidIds(String id) throws Exception {
        assertProblem(api.post(pairingsPath(PLAN, id), TestTokens.examinee(PLAN, "E1")), 400, "INVALID_REQUEST");
        assertProblem(api.post(pairingsPath(id, "E1"), TestTokens.examinee(PLAN, "E1")), 400, "INVALID_REQUEST");
    }

    @Test
    void limitsTokenToItsExamineeAndDevice() throws Exception {
        ExamineeKey examinee = newExaminee();
        ExamineeKey other = newExaminee();
        String token = api.pair(examinee, "M001");
        assertProblem(upload(other, "M001", token, Jpegs.picture(1)), 403, "FORBIDDEN");
        assertProblem(
                upload(new ExamineeKey("P002", examinee.examineeId()), "M001", token, Jpegs.picture(1)),
                403,
                "FORBIDDEN");
        assertProblem(upload(examinee, "M002", token, Jpegs.picture(1)), 403, "FORBIDDEN");
        assertProblem(api.post(pairingsPath(PLAN, examinee.examineeId()), token), 403, "FORBIDDEN");
        assertProblem(api.get(ApiClient.recordsPath(PLAN), token), 403, "FORBIDDEN");
        assertProblem(api.get(ApiClient.recordPath(PLAN, examinee.examineeId()), token), 403, "FORBIDDEN");
    }
}
