package dev.mobilesync.web.order;

import static dev.mobilesync.web.WebServerFixture.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.PublishedMessage;
import dev.mobilesync.web.WebServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Orders over REST reach {@code status_queue}, each once. */
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class OrderIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final String SERVICE = TestTokens.service("platform", "P001");
    private static final String RETAKE = "{\"order\":\"RETAKE\",\"reason\":\"A-DISEASE\"}";

    private final WebServerFixture server = WebServerFixture.shared();
    private final ApiClient api = server.api();
    private final StringRedisTemplate redis = server.bean(StringRedisTemplate.class);
    private final String key = UUID.randomUUID().toString();

    @BeforeEach
    void purge() {
        server.purgeStatusQueue();
    }

    @Test
    void publishesOrderOfService(CapturedOutput output) {
        String deadline = "2026-12-01T09:10:00Z";
        JsonNode response = ApiClient.json(
                api.giveOrder(
                        EXAMINEE,
                        SERVICE,
                        key,
                        "{\"order\":\"EXTEND\",\"reason\":\"A-DISEASE\",\"deadline\":\"" + deadline
                                + "\",\"by\":\"kim\",\"role\":\"PROCTOR\",\"examineeId\":\"E9\",\"timestamp\":\"2020-01-01T00:00:00Z\"}"),
                202);

        PublishedMessage message = server.nextMessage();
        MobileSyncOrder order = order(message);
        assertThat(order.examinee()).isEqualTo(EXAMINEE);
        assertThat(order.order()).isEqualTo(MobileSyncOrder.Order.EXTEND);
        assertThat(order.reason()).isEqualTo("A-DISEASE");
        assertThat(order.by()).isEqualTo("platform");
        assertThat(order.role()).isEqualTo(MobileSyncOrder.Role.SERVICE);
        assertThat(order.deadline()).isEqualTo(Instant.parse(deadline));
        assertThat(order.timestamp()).isAfter(Instant.now().minusSeconds(60));
        assertThat(message.properties().getType()).isEqualTo("mobile_sync_order");
        assertThat(message.properties().getDeliveryMode()).isEqualTo(2);
        assertThat(message.properties().getHeaders()).containsKey("traceparent");
        assertThat(response.toString())
                .isEqualTo(
                        "{\"planId\":\"P001\",\"examineeId\":\"E001\",\"order\":\"EXTEND\",\"messageId\":\"%s\",\"timestamp\":\"%s\"}"
                                .formatted(message.properties().getMessageId(), order.timestamp()));
        String line = "action=order role=service who=platform order=EXTEND plan=P001 examinee=E001 deadline=" + deadline
                + " reasonLength=9 address=127.0.0.1 result=";
        assertThat(output.getAll())
                .contains(line + "publishing", line + "confirmed")
                .doesNotContain("A-DISEASE", key, SERVICE);
    }

    @Test
    void publishesOrderOfProctor() {
        ApiClient.json(api.giveOrder(EXAMINEE, TestTokens.proctor("kim", "P001"), key, RETAKE), 202);
        MobileSyncOrder order = order(server.nextMessage());
        assertThat(order.by()).isEqualTo("kim");
        assertThat(order.role()).isEqualTo(MobileSyncOrder.Role.PROCTOR);
    }

    @Test
    void publishesRepeatedOrderOnce(CapturedOutput output) {
        HttpResponse<String> first = api.giveOrder(EXAMINEE, SERVICE, key, RETAKE);
        server.nextMessage();
        String sameOrder = "{\"data\": {\"reason\": \"A-DISEASE\", \"order\": \"RETAKE\"}}";
        HttpResponse<String> repeated =
                api.giveOrder(EXAMINEE, TestTokens.service("platform", "P001", "P002"), key, sameOrder);
        assertThat(repeated.statusCode()).isEqualTo(202);
        assertThat(repeated.body()).isEqualTo(first.body());
        assertThat(server.pollMessages()).isEmpty();
        assertThat(output.getAll()).contains("result=repeated");
    }

    @Test
    void answersConcurrentRepetitionsAlike() {
        List<CompletableFuture<HttpResponse<String>>> requests = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> api.giveOrder(EXAMINEE, SERVICE, key, RETAKE)))
                .toList();
        Set<String> bodies = requests.stream()
                .map(request -> ApiClient.json(request.join(), 202).toString())
                .collect(Collectors.toSet());
        assertThat(bodies).hasSize(1);
        PublishedMessage first = server.nextMessage();
        for (List<PublishedMessage> next = server.pollMessages(); !next.isEmpty(); next = server.pollMessages()) {
            assertThat(next.get(0).json()).isEqualTo(first.json());
            assertThat(next.get(0).properties().getMessageId())
                    .isEqualTo(first.properties().getMessageId());
        }
    }

    @Test
    void rejectsKeyOfAnotherOrder() {
        ApiClient.json(api.giveOrder(EXAMINEE, SERVICE, key, RETAKE), 202);
        server.nextMessage();
        for (HttpResponse<String> response : List.of(
                api.giveOrder(EXAMINEE, SERVICE, key, "{\"order\":\"RETAKE\",\"reason\":\"another\"}"),
                api.giveOrder(EXAMINEE, SERVICE, key, "{\"order\":\"ACCEPT\",\"reason\":\"A-DISEASE\"}"),
                api.giveOrder(new ExamineeKey("P001", "E002"), SERVICE, key, RETAKE))) {
            assertProblem(response, ErrorCode.INVALID_REQUEST, 400);
            assertThat(ApiClient.json(response).path("reason").asString()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        }
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void separatesKeysOfCallers() {
        String first = ApiClient.json(api.giveOrder(EXAMINEE, SERVICE, key, RETAKE), 202)
                .path("messageId")
                .asString();
        for (String token : List.of(TestTokens.service("other", "P001"), TestTokens.proctor("platform", "P001"))) {
            assertThat(ApiClient.json(api.giveOrder(EXAMINEE, token, key, RETAKE), 202)
                            .path("messageId")
                            .asString())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void storesNothingReadableAndForOneDay() {
        Set<String> before = redis.keys("mobile_sync:order:*");
        ApiClient.json(api.giveOrder(EXAMINEE, SERVICE, key, RETAKE), 202);
        Set<String> stored = redis.keys("mobile_sync:order:*");
        stored.removeAll(before);
        assertThat(stored).singleElement().asString().doesNotContain("platform", key);
        String name = stored.iterator().next();
        assertThat(redis.opsForValue().get(name)).matches("[0-9a-f]{64} \\d{13} confirmed");
        assertThat(Duration.ofSeconds(redis.getExpire(name))).isBetween(Duration.ofHours(23), Duration.ofHours(24));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "null",
                "[]",
                "{\"order\":\"EXPEL\",\"reason\":\"A-DISEASE\"}",
                "{\"order\":\"RETAKE\"}",
                "{\"order\":\"RETAKE\",\"reason\":\" \"}",
                "{\"order\":\"EXTEND\",\"reason\":\"A-DISEASE\"}",
                "{\"order\":\"EXTEND\",\"reason\":\"A-DISEASE\",\"deadline\":\"tomorrow\"}",
                "{\"order\":\"RETAKE\",\"reason\":\"A-DISEASE\",\"deadline\":\"2026-12-01T09:10:00Z\"}"
            })
    void rejectsInvalidOrder(String body) {
        HttpResponse<String> response = api.giveOrder(EXAMINEE, SERVICE, key, body);
        assertProblem(response, ErrorCode.INVALID_REQUEST, 400);
        assertThat(response.body()).doesNotContain("A-DISEASE", "EXPEL");
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void rejectsLongReasonsAndBodies() {
        assertProblem(
                api.giveOrder(EXAMINEE, SERVICE, key, "{\"order\":\"RETAKE\",\"reason\":\"" + "x".repeat(501) + "\"}"),
                ErrorCode.INVALID_REQUEST,
                400);
        assertProblem(
                api.giveOrder(EXAMINEE, SERVICE, key, RETAKE + " ".repeat(OrderController.MAX_BYTES)),
                ErrorCode.INVALID_REQUEST,
                400);
    }

    @Test
    void rejectsMissingAndInvalidKeys() {
        assertProblem(
                api.send(api.request(ApiClient.ordersPath("P001", "E001"), SERVICE)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(RETAKE))),
                ErrorCode.INVALID_REQUEST,
                400);
        for (String invalid : List.of(" ", "k".repeat(256))) {
            assertProblem(api.giveOrder(EXAMINEE, SERVICE, invalid, RETAKE), ErrorCode.INVALID_REQUEST, 400);
        }
        assertThat(server.pollMessages()).isEmpty();
    }

    @Test
    void rejectsMalformedIds() {
        for (String path : List.of(ApiClient.ordersPath("P001", "..%41"), ApiClient.ordersPath("-", "E001"))) {
            assertProblem(
                    api.send(api.request(path, SERVICE)
                            .header("Idempotency-Key", key)
                            .POST(BodyPublishers.ofString(RETAKE))),
                    ErrorCode.INVALID_REQUEST,
                    400);
        }
    }

    private static MobileSyncOrder order(PublishedMessage message) {
        try {
            return MessageCodec.decode(message.body(), MobileSyncOrder.class);
        } catch (InvalidMessageException e) {
            throw new AssertionError(e);
        }
    }
}
