package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The whole scenario. What must be true of it whatever servers it runs against. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ScenarioContract {

    private static final Duration AT_MOST = Duration.ofSeconds(5);
    private static final AtomicInteger PLANS = new AtomicInteger();

    private MobileSyncSystem system;
    private final String plan = "plan-" + getClass().getSimpleName();

    abstract TestServers servers();

    @BeforeAll
    void start() {
        system = MobileSyncSystem.start(servers(), Map.of("mobile-sync.state-change-limit", "1s"));
    }

    @AfterAll
    void stop() {
        if (system != null) {
            system.close();
        }
    }

    private ExamineeKey somebody() {
        return new ExamineeKey(plan + "-" + PLANS.incrementAndGet(), "E001");
    }

    // The main way

    @Test
    void theScenariosOwnInputsComeOutAsTheScenarioPrintsThem() {
        ExamineeKey examinee = new ExamineeKey("P001", "E001");
        byte[] picture = Jpegs.picture(1);
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor("P001")) {
            Phone.Answer answer = system.phone(examinee, "M001")
                    .upload(picture, Map.of("Content-Digest", Digests.contentDigest(picture)));

            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            assertThat(answer.headers()).containsEntry("location", "/captures/E001/sync_cap.jpg");
            JsonNode status = answer.json();
            Instant timestamp = Instant.parse(status.at("/data/timestamp").asString());
            assertThat(status.toPrettyString())
                    .isEqualTo(
                            Golden.message("mobile_sync_status.json", timestamp).toPrettyString());

            JsonNode completed = Golden.message("mobile_sync_completed.json", timestamp);
            assertThat(browser.await("mobile_sync_completed").json()).isEqualTo(completed);
            assertThat(proctor.await("mobile_sync_completed").json()).isEqualTo(completed);

            HttpResponse<byte[]> image = system.get(
                    system.web().resolve("/captures/E001/sync_cap.jpg"), TestTokens.proctor("proctor-1", "P001"));
            assertThat(image.statusCode()).isEqualTo(200);
            assertThat(image.body()).isEqualTo(picture);
        }
    }

    @Test
    void enteringTheStepGivesWaitingWithADeadlineThatStaysTheSameWhenEnteredAgain() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            Frame waiting = browser.await("mobile_sync_waiting");
            Instant deadline = Instant.parse(waiting.data().path("deadline").asString());
            assertThat(deadline).isAfter(Instant.now().plusSeconds(4 * 60));
            assertThat(proctor.await("mobile_sync_waiting").json()).isEqualTo(waiting.json());

            enterStep(browser, examinee);
            assertThat(browser.await("mobile_sync_waiting")
                            .data()
                            .path("deadline")
                            .asString())
                    .isEqualTo(deadline.toString());
        }
    }

    @Test
    void whoeverSubscribesLateOrComesBackGetsTheStateFirst() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee)) {
            enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
        }
        try (StompTestClient reloaded = system.examinee(examinee)) {
            reloaded.await("mobile_sync_waiting");
            reloaded.abort();
        }
        assertThat(system.phone(examinee, "M001").upload(Jpegs.picture(2)).status())
                .isEqualTo(201);
        await().atMost(AT_MOST).untilAsserted(() -> assertThat(record(examinee)).contains("COMPLETED"));
        try (StompTestClient back = system.examinee(examinee)) {
            assertThat(back.await().type()).isEqualTo("mobile_sync_completed");
        }
    }

    @Test
    void theSamePictureSentTwiceIsOneCapture() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee)) {
            Phone phone = system.phone(examinee, "M001");
            Phone.Answer first = phone.upload(Jpegs.picture(3));
            browser.await("mobile_sync_completed");
            Phone.Answer again = phone.upload(Jpegs.picture(3));
            assertThat(again.status()).isEqualTo(201);
            assertThat(again.body()).isEqualTo(first.body());

            // A newer one is told, so whatever the repeated one had to tell would have come before it.
            Phone.Answer newer = phone.upload(Jpegs.picture(4));
            assertThat(newer.status()).isEqualTo(201);
            assertThat(browser.await("mobile_sync_completed").data().path("timestamp"))
                    .isEqualTo(newer.json().at("/data/timestamp"));
        }
    }

    // The four errors of 18.5-2, each seen at all three ends

    @Test
    void aCorruptedTransferIsToldAtAllEndsAndTheNextPictureCompletes() {
        ExamineeKey examinee = somebody();
        byte[] picture = Jpegs.picture(5);
        byte[] corrupted = picture.clone();
        corrupted[picture.length / 2] ^= 0x10;
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            Phone phone = system.phone(examinee, "M001");
            Phone.Answer answer = phone.upload(corrupted, Map.of("Content-Digest", Digests.contentDigest(picture)));
            assertProblem(answer, 400, "CAPTURE_TRANSFER_FAILED", true);
            assertFailed(browser, "CAPTURE_TRANSFER_FAILED");
            assertFailed(proctor, "CAPTURE_TRANSFER_FAILED");
            assertCompletes(phone, picture, browser, proctor);
        }
    }

    @Test
    void aTransferThatIsCutOffIsToldToThoseWhoWait() throws IOException {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            Phone phone = system.phone(examinee, "M001");
            phone.uploadHalf(Jpegs.picture(6));
            assertFailed(browser, "CAPTURE_TRANSFER_FAILED");
            assertFailed(proctor, "CAPTURE_TRANSFER_FAILED");
            assertCompletes(phone, Jpegs.picture(6), browser, proctor);
        }
    }

    @Test
    void aStoreThatIsDownIsToldAtAllEndsAndTheRetryCompletes() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            Phone phone = system.phone(examinee, "M001");
            system.servers().store().cut();
            try {
                assertProblem(phone.upload(Jpegs.picture(7)), 503, "CAPTURE_STORE_FAILED", true);
                assertFailed(browser, "CAPTURE_STORE_FAILED");
                assertFailed(proctor, "CAPTURE_STORE_FAILED");
            } finally {
                system.servers().store().restore();
            }
            assertCompletes(phone, Jpegs.picture(7), browser, proctor);
        }
    }

    @Test
    void aStoreThatHangsIsAnsweredInTime() {
        ExamineeKey examinee = somebody();
        system.servers().store().freeze();
        try {
            assertProblem(system.phone(examinee, "M001").upload(Jpegs.picture(8)), 503, "CAPTURE_STORE_FAILED", true);
        } finally {
            system.servers().store().unfreeze();
        }
    }

    @Test
    void aStateThatCannotBeWrittenIsToldAndWrittenOnceRedisIsBackWithNobodysHelp() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
            system.servers().redis().cut();
            try {
                assertThat(system.phone(examinee, "M001")
                                .upload(Jpegs.picture(9))
                                .status())
                        .isEqualTo(201);
                assertFailed(browser, "STATE_CHANGE_FAILED");
                assertFailed(proctor, "STATE_CHANGE_FAILED");
            } finally {
                system.servers().redis().restore();
            }
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");
            assertThat(record(examinee)).contains("COMPLETED");
        }
    }

    @Test
    void aBrokerThatIsAwayIsToldAtAllEndsAndTheRetryCompletes() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            Phone phone = system.phone(examinee, "M001");
            system.servers().broker().cut();
            try {
                assertProblem(phone.upload(Jpegs.picture(10)), 503, "STATUS_PUBLISH_FAILED", true);
            } finally {
                system.servers().broker().restore();
            }
            assertFailed(browser, "STATUS_PUBLISH_FAILED");
            assertFailed(proctor, "STATUS_PUBLISH_FAILED");
            assertCompletes(phone, Jpegs.picture(10), browser, proctor);
        }
    }

    @Test
    void aBrokerThatHangsIsAnsweredInTimeAndTheRetryHasOneEffect() {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee)) {
            Phone phone = system.phone(examinee, "M001");
            system.servers().broker().freeze();
            try {
                assertProblem(phone.upload(Jpegs.picture(11)), 503, "STATUS_PUBLISH_FAILED", true);
            } finally {
                system.servers().broker().unfreeze();
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(phone.upload(Jpegs.picture(11)).status()).isEqualTo(201));
            browser.await("mobile_sync_completed");
        }
    }

    // Bad input

    static Stream<Arguments> badPictures() {
        byte[] picture = Jpegs.picture(12);
        byte[] huge = Arrays.copyOf(picture, 100 * 1024 * 1024);
        return Stream.of(
                Arguments.of("a PNG", Jpegs.png(1), 415, "CAPTURE_NOT_AN_IMAGE"),
                Arguments.of("a text", "not a picture".getBytes(StandardCharsets.UTF_8), 415, "CAPTURE_NOT_AN_IMAGE"),
                Arguments.of("nothing", new byte[0], 415, "CAPTURE_NOT_AN_IMAGE"),
                Arguments.of(
                        "a truncated one", Arrays.copyOf(picture, picture.length / 2), 415, "CAPTURE_NOT_AN_IMAGE"),
                Arguments.of("60,000 x 60,000", resized(picture, 60_000), 415, "CAPTURE_NOT_AN_IMAGE"),
                Arguments.of("100 MB", huge, 413, "CAPTURE_TOO_LARGE"));
    }

    /** The same JPEG, whose header says that it is a square of that size. */
    private static byte[] resized(byte[] picture, int size) {
        byte[] claims = picture.clone();
        for (int i = 2; i < claims.length - 9; ) {
            int marker = claims[i + 1] & 0xff;
            if (marker == 0xc0 || marker == 0xc2) {
                for (int at : new int[] {i + 5, i + 7}) {
                    claims[at] = (byte) (size >> 8);
                    claims[at + 1] = (byte) size;
                }
                return claims;
            }
            i += 2 + ((claims[i + 2] & 0xff) << 8 | claims[i + 3] & 0xff);
        }
        throw new IllegalArgumentException("no frame header");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPictures")
    void whatIsNoPictureIsRefusedAtAllEnds(String what, byte[] body, int status, String code) {
        ExamineeKey examinee = somebody();
        try (StompTestClient browser = system.examinee(examinee);
                StompTestClient proctor = system.proctor(examinee.planId())) {
            assertProblem(system.phone(examinee, "M001").upload(body), status, code, false);
            assertFailed(browser, code);
            assertFailed(proctor, code);
        }
    }

    @Test
    void aMalformedMessageGoesToTheDeadLettersAndTheNextOneIsUnhindered() throws IOException, TimeoutException {
        ExamineeKey examinee = somebody();
        try (Connection connection = amqp();
                StompTestClient browser = system.examinee(examinee)) {
            Channel channel = connection.createChannel();
            channel.basicPublish(
                    "",
                    Topology.STATUS_QUEUE,
                    new AMQP.BasicProperties.Builder().messageId("broken-1").build(),
                    "{\"type\":".getBytes(StandardCharsets.UTF_8));
            enterStep(browser, examinee);
            browser.await("mobile_sync_waiting");
            GetResponse[] dead = new GetResponse[1];
            await().atMost(AT_MOST).untilAsserted(() -> {
                dead[0] = channel.basicGet(Topology.DEAD_LETTER_QUEUE, true);
                assertThat(dead[0]).isNotNull();
            });
            assertThat(dead[0].getBody()).isEqualTo("{\"type\":".getBytes(StandardCharsets.UTF_8));
            assertThat(dead[0].getProps().getHeaders())
                    .extractingByKey(Topology.DEAD_LETTER_REASON)
                    .asString()
                    .contains("JSON");
        }
    }

    @Test
    void anOlderMessageAfterANewerOneChangesNothing() throws IOException, TimeoutException {
        ExamineeKey examinee = somebody();
        try (Connection connection = amqp();
                StompTestClient browser = system.examinee(examinee)) {
            Phone.Answer newer = system.phone(examinee, "M001").upload(Jpegs.picture(13));
            browser.await("mobile_sync_completed");
            String record = record(examinee);
            String older = newer.body().replaceAll("20\\d\\d-\\d\\d-\\d\\dT", "2024-01-01T");
            Channel channel = connection.createChannel();
            channel.basicPublish("", Topology.STATUS_QUEUE, null, older.getBytes(StandardCharsets.UTF_8));
            ExamineeKey next = somebody();
            try (StompTestClient other = system.examinee(next)) {
                enterStep(other, next);
                other.await("mobile_sync_waiting");
            }
            assertThat(record(examinee)).isEqualTo(record);
        }
    }

    // Operation

    @ParameterizedTest
    @ValueSource(strings = {"broker", "redis", "store"})
    void readinessTurnsFalseWhenAServerIsAwayAndTrueAgain(String server) {
        NetworkProxy line =
                switch (server) {
                    case "broker" -> system.servers().broker();
                    case "redis" -> system.servers().redis();
                    default -> system.servers().store();
                };
        URI web = system.webManagement();
        URI state = system.stateManagement();
        URI socket = system.socketManagement();
        List<URI> needIt = server.equals("store") ? List.of(web) : List.of(web, state, socket);
        awaitReadiness(200, List.of(web, state, socket));
        line.cut();
        try {
            awaitReadiness(503, needIt);
            if (server.equals("broker")) {
                awaitDown(state, "statusListener");
                awaitDown(socket, "broadcasts");
            } else if (server.equals("store")) {
                assertThat(readiness(state)).isEqualTo(200);
                assertThat(readiness(socket)).isEqualTo(200);
            }
        } finally {
            line.restore();
        }
        awaitReadiness(200, List.of(web, state, socket));
    }

    @Test
    void readinessTurnsFalseWhenNobodyTakesMessagesAndTrueAgain() {
        awaitReadiness(200, List.of(system.stateManagement()));
        system.holdMessages();
        try {
            awaitReadiness(503, List.of(system.stateManagement()));
        } finally {
            system.passMessages();
        }
        awaitReadiness(200, List.of(system.stateManagement()));
    }

    private void awaitReadiness(int status, List<URI> services) {
        for (URI service : services) {
            await().atMost(60, TimeUnit.SECONDS)
                    .untilAsserted(() ->
                            assertThat(readiness(service)).as("%s", service).isEqualTo(status));
        }
    }

    private int readiness(URI management) {
        return system.get(management.resolve("/actuator/health/readiness")).statusCode();
    }

    private void awaitDown(URI management, String part) {
        await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> assertThat(MessageCodec.mapper()
                        .readTree(system.get(management.resolve("/actuator/health/readiness"))
                                .body())
                        .at("/components/" + part + "/status")
                        .asString())
                .isEqualTo("DOWN"));
    }

    private Connection amqp() throws IOException, TimeoutException {
        Map<String, String> properties = system.servers().properties();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(properties.get("spring.rabbitmq.host"));
        factory.setPort(Integer.parseInt(properties.get("spring.rabbitmq.port")));
        factory.setVirtualHost(properties.getOrDefault("spring.rabbitmq.virtual-host", "/"));
        return factory.newConnection();
    }

    private String record(ExamineeKey examinee) {
        HttpResponse<byte[]> response = system.get(
                system.web()
                        .resolve("/api/v1/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId()
                                + "/mobile-sync"),
                TestTokens.proctor("proctor-1", examinee.planId()));
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static void assertProblem(Phone.Answer answer, int status, String code, boolean retryable) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().path("retryable").asBoolean()).isEqualTo(retryable);
        assertThat(answer.took()).isLessThan(AT_MOST);
        if (status == 503) {
            assertThat(answer.headers()).containsKey("retry-after");
        }
    }

    private static void assertFailed(StompTestClient browser, String code) {
        JsonNode failed = browser.await("mobile_sync_failed").data();
        assertThat(failed.path("status").asString()).isEqualTo("FAILED");
        assertThat(failed.at("/error/code").asString()).isEqualTo(code);
        assertThat(failed.at("/error/message").asString()).isNotBlank();
    }

    private static void assertCompletes(Phone phone, byte[] picture, StompTestClient browser, StompTestClient proctor) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(phone.upload(picture).status()).isEqualTo(201));
        browser.await("mobile_sync_completed");
        proctor.await("mobile_sync_completed");
    }
}
