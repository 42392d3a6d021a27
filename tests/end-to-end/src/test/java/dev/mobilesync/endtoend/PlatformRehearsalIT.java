package dev.mobilesync.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.WebhookReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The exam platform in {@code tests/platform} rehearses an exam of twenty. The tests read its report. */
@ServerContract
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class PlatformRehearsalIT {

    private static final int EXAMINEES = 20;
    private static final String REPORT = "report ";

    private static JsonNode report;

    @BeforeAll
    static void rehearse(@TempDir Path directory) throws IOException {
        int port = TestPorts.freePort();
        Map<String, String> properties = new HashMap<>(TestProperties.PROPERTIES);
        properties.put("mobile-sync.webhook.url", "http://127.0.0.1:" + port + "/hooks");
        properties.put("mobile-sync.webhook.secret", WebhookReceiver.SECRET);
        properties.put("mobile-sync.webhook.allow-http", "true");
        Path programs = NodePackage.installPlatform("tests/end-to-end");
        Path picture = Files.write(directory.resolve("picture.jpg"), Jpegs.picture(1));
        try (MobileSyncSystem system = MobileSyncSystem.start(TestServers.open(), properties)) {
            Map<String, String> environment = Map.of(
                    "WEB", system.web().toString(),
                    "SOCKET", system.socket().toString(),
                    "PORT", Integer.toString(port),
                    "PICTURE", picture.toString(),
                    "MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET,
                    "MOBILE_SYNC_WEBHOOK_SECRET", WebhookReceiver.SECRET);
            try (ChildProcess rehearsal = ChildProcess.start(
                    programs, directory.resolve("output"), environment, List.of("node", "rehearsal/rehearsal.mjs"))) {
                assertThat(rehearsal.awaitExit()).as(rehearsal.output()).isZero();
                report = rehearsal
                        .output()
                        .lines()
                        .filter(line -> line.startsWith(REPORT))
                        .map(line -> new JsonMapper().readTree(line.substring(REPORT.length())))
                        .findFirst()
                        .orElseThrow();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    completes,   12, true,  '',     WAITING PAIRED COMPLETED
                    triesAgain,  1,  true,  '',     WAITING PAIRED FAILED COMPLETED
                    fails,       1,  false, '',     WAITING PAIRED FAILED
                    timesOut,    1,  false, '',     WAITING TIMEOUT
                    isAccepted,  1,  true,  ACCEPT, WAITING TIMEOUT COMPLETED
                    takesAgain,  1,  true,  RETAKE, WAITING PAIRED COMPLETED WAITING COMPLETED
                    startsOver,  1,  true,  RESET,  WAITING PAIRED COMPLETED WAITING WAITING PAIRED COMPLETED
                    isGivenTime, 1,  true,  EXTEND, WAITING WAITING PAIRED COMPLETED
                    staysAway,   1,  false, '',     ''
                    """)
    void everyScenarioEndsAsExpected(String scenario, int examinees, boolean mayBegin, String order, String statuses) {
        List<JsonNode> reported = report.path("examinees")
                .valueStream()
                .filter(each -> each.path("scenario").asString().equals(scenario))
                .toList();
        assertThat(reported).hasSize(examinees).allSatisfy(each -> {
            assertThat(each.path("mayBegin").asBoolean()).isEqualTo(mayBegin);
            assertThat(texts(each.path("orders"))).isEqualTo(words(order));
            assertThat(texts(each.path("statuses"))).isEqualTo(words(statuses));
            assertThat(each.path("status").asString())
                    .isEqualTo(words("ABSENT " + statuses).get(words(statuses).size()));
        });
    }

    @Test
    void webhooksAgreeWithChanges() {
        JsonNode followed = report.path("followed");
        int webhooks = report.path("examinees")
                .valueStream()
                .mapToInt(each -> each.path("statuses").size())
                .sum();
        assertThat(followed.path("webhooks").asInt()).isEqualTo(webhooks).isGreaterThan(3 * (EXAMINEES - 3));
        for (String wrong : List.of("webhooksOutOfOrder", "recordsOutOfOrder", "recordsWithoutWebhook", "differing")) {
            assertThat(followed.path(wrong)).as(wrong).isEmpty();
        }
        assertThat(report.path("forgedWebhook").asInt()).isEqualTo(401);
        assertThat(followed.path("rejectedWebhooks").asInt())
                .as("the forged one")
                .isEqualTo(1);
    }

    @Test
    void cursorReturnsEveryExamineeOnce() {
        JsonNode reread = report.path("reread");
        assertThat(reread.path("records").asInt()).isEqualTo(EXAMINEES - 1);
        assertThat(reread.path("examinees").asInt()).isEqualTo(EXAMINEES - 1);
        assertThat(reread.path("differing")).isEmpty();
    }

    @Test
    void platformKnowsWhoGaveOrders() {
        assertThat(report.path("orders")).hasSize(4).allSatisfy(order -> {
            assertThat(order.path("proctor").asString()).isEqualTo("kim");
            assertThat(order.path("results")).isNotEmpty();
        });
    }

    @Test
    void repeatedOrderIsOneOrder() {
        JsonNode notes = notesOf("takesAgain");
        assertThat(notes.path("orders"))
                .hasSize(3)
                .allMatch(each -> each.path("status").asInt() == 200)
                .containsOnly(notes.at("/orders/0"));
        assertProblem(notes.path("otherOrder"), 400, "INVALID_REQUEST");
        assertThat(notes.at("/otherOrder/reason").asString()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void phonesAreToldWhyTheyFail() {
        assertProblem(notesOf("fails").path("upload"), 413, "CAPTURE_TOO_LARGE");
        JsonNode upload = notesOf("startsOver").path("upload");
        assertProblem(upload, 401, "UNAUTHENTICATED");
        assertThat(upload.path("reason").asString()).isEqualTo("PAIRING_ENDED");
    }

    @Test
    void serviceIsRefusedAllElse() {
        assertThat(report.path("refused")).hasSize(6).allSatisfy(problem -> assertProblem(problem, 403, "FORBIDDEN"));
        assertProblem(report.at("/picture/asService"), 404, "NOT_FOUND");
        assertThat(report.at("/picture/isJpeg").asBoolean()).as("for a proctor").isTrue();
    }

    @Test
    void everythingMatchesServedDocuments() {
        JsonNode contract = report.path("contract");
        assertThat(contract.path("violations")).isEmpty();
        assertThat(contract.at("/checked/responses").asInt()).isGreaterThan(5 * EXAMINEES);
        assertThat(contract.at("/checked/messages").asInt())
                .isGreaterThan(report.at("/followed/webhooks").asInt());
        assertThat(contract.at("/checked/problems").asInt()).isGreaterThan(10);
    }

    private static JsonNode notesOf(String scenario) {
        return report.path("examinees")
                .valueStream()
                .filter(each -> each.path("scenario").asString().equals(scenario))
                .findFirst()
                .orElseThrow()
                .path("notes");
    }

    /** The problem that the platform has got, with the section of the page of errors that its {@code type} names. */
    private static void assertProblem(JsonNode problem, int status, String code) {
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("code").asString()).isEqualTo(code);
        assertThat(problem.path("type").asString()).endsWith("/api-docs/errors.html#" + code.toLowerCase(Locale.ROOT));
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }

    private static List<String> words(String text) {
        return Stream.of(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }
}
