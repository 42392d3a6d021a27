package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.state.StateManager;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.deadletter.DeadLettersOption;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.api.AmqpContract;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** State changes that are given up after two seconds. */
@ServerContract
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class WebhookDeadLettersIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int EXAMINEES = 20;

    private static WebhookFixture fixture;
    private static StateManagerFixture service;

    @BeforeAll
    static void start() throws Exception {
        fixture = new WebhookFixture();
        Map<String, String> settings = fixture.settings();
        settings.put("mobile-sync.webhook.give-up-after", "2s");
        for (String plan : List.of("failing", "gone")) {
            WebhookFixture.addEndpoint(settings, plan, fixture.receiver.url(plan));
        }
        service = fixture.start(settings);
        fixture.broker();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        fixture.close();
    }

    @Test
    void deadLettersAreListedAndReplayed() throws Exception {
        fixture.receiver.answer("failing", "[{\"status\":500,\"times\":1000000}]");
        for (int i = 0; i < EXAMINEES; i++) {
            fixture.enter(new ExamineeKey("failing", "E" + i));
        }
        awaitDeadLetters("failing", EXAMINEES);

        String listed = run("list");
        assertThat(listed.lines().filter(line -> line.contains("type=mobile_sync_waiting")))
                .hasSize(EXAMINEES)
                .allMatch(line -> line.contains("reason=status 500"));
        assertThat(listed).contains(EXAMINEES + " dead letters").doesNotContain("examineeId");
        assertThat(service.sumOfCounters(
                        "mobile.sync.webhook.deliveries", "endpoint", "failing", "outcome", "dead_letter"))
                .isEqualTo(EXAMINEES);

        fixture.receiver.answer("failing", "[]");
        await().atMost(TIMEOUT).until(() -> fixture.ready(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE) == EXAMINEES);
        assertThat(run("replay")).contains(EXAMINEES + " replayed");
        WebhookFixture.assertOrdered(fixture.awaitConfirmed("failing", EXAMINEES));
        // Not to the other endpoints.
        assertThat(fixture.receiver.received("good"))
                .noneMatch(each -> each.body().at("/data/planId").asString().equals("failing"));
        await().until(() -> fixture.ready(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE) == 0);
    }

    @Test
    void sendsNoMoreToEndpointThatIsGone() throws Exception {
        fixture.receiver.answer("gone", "[{\"status\":410,\"times\":1000000}]");
        fixture.enter(new ExamineeKey("gone", "E1"));
        await().atMost(TIMEOUT).until(() -> service.gauge("mobile.sync.webhook.unavailable", "endpoint", "gone") == 1);
        for (int i = 2; i <= EXAMINEES; i++) {
            fixture.enter(new ExamineeKey("gone", "E" + i));
        }
        awaitDeadLetters("gone", EXAMINEES);

        assertThat(fixture.receiver.received("gone")).hasSize(1);
        assertThat(run("list")).contains("reason=status 410 (Gone)");
        takeDeadLetters(EXAMINEES);
    }

    @Test
    void deadLettersInvalidBroadcastAtOnce() throws Exception {
        try (Connection connection = BrokerQueues.connect(fixture.servers.properties())) {
            connection
                    .createChannel()
                    .basicPublish(
                            AmqpNames.BROADCAST_EXCHANGE,
                            "",
                            new AMQP.BasicProperties.Builder()
                                    .messageId("invalid")
                                    .headers(Map.of(AmqpNames.REVISION, 1L))
                                    .build(),
                            "{\"type\":".getBytes(StandardCharsets.UTF_8));
            // Every endpoint may be concerned.
            await().atMost(TIMEOUT).until(() -> fixture.ready(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE) == 3);
        }
        assertThat(run("list")).contains("id=invalid", "JSON", "3 dead letters");
        takeDeadLetters(3);
    }

    private static void awaitDeadLetters(String endpoint, int count) {
        await().atMost(TIMEOUT)
                .until(() -> service.sumOfCounters(
                                "mobile.sync.webhook.deliveries", "endpoint", endpoint, "outcome", "dead_letter")
                        == count);
    }

    /** Takes all dead letters, which must be as {@code asyncapi.yaml} documents them. */
    private static void takeDeadLetters(int count) throws Exception {
        try (Connection connection = BrokerQueues.connect(fixture.servers.properties());
                Channel channel = connection.createChannel()) {
            for (int i = 0; i < count; i++) {
                GetResponse letter = channel.basicGet(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, true);
                AmqpContract.checkDeadLetter(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, letter.getProps());
            }
            assertThat(channel.messageCount(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE))
                    .isZero();
        }
    }

    private static String run(String action) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int exit = DeadLettersOption.parse("--webhook-dead-letters=" + action)
                .orElseThrow()
                .run(
                        StateManager.CONFIG_NAME,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        StateManagerFixture.arguments(fixture.servers.properties())
                                .toArray(String[]::new));
        assertThat(exit).as(out.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
