package dev.mobilesync.state.webhook;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.WebhookReceiver.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;

/** Stops, kills and replaces instances while changes wait to be delivered. */
@Tag("slow")
@EnabledIf(value = "dev.mobilesync.testsupport.NodePackage#isAvailable", disabledReason = NodePackage.SKIP_REASON)
class WebhookRestartIT {

    private static final int EXAMINEES = 30;
    private static final List<ExamineeKey> EXAMINEE_KEYS = IntStream.range(0, EXAMINEES)
            .mapToObj(i -> new ExamineeKey("P1", "E" + i))
            .toList();

    private WebhookFixture fixture;

    @BeforeEach
    void start() {
        fixture = new WebhookFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void undeliveredChangesSurviveRestart() throws Exception {
        fixture.receiver.answer("good", "[{\"status\":500,\"times\":1000000}]");
        try (StateManagerFixture service = fixture.start(fixture.settings())) {
            fixture.broker();
            changeAll();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> service.gauge("mobile.sync.webhook.pending", "endpoint", "default") == 2 * EXAMINEES);
        }
        await().until(() -> fixture.ready(AmqpNames.WEBHOOK_QUEUE) == 2 * EXAMINEES);

        fixture.receiver.answer("good", "[]");
        try (StateManagerFixture service = fixture.start(fixture.settings())) {
            WebhookFixture.assertOrdered(fixture.awaitConfirmed("good", 2 * EXAMINEES));
            await().until(() -> service.gauge("mobile.sync.webhook.pending", "endpoint", "default") == 0);
        }
        assertThat(fixture.ready(AmqpNames.WEBHOOK_QUEUE)).isZero();
        assertThat(fixture.ready(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"status\":500", "\"hold\":true"})
    void lostConnectionLosesNothing(String answer) throws Exception {
        fixture.receiver.answer("good", "[{" + answer + ",\"times\":1000000}]");
        try (StateManagerFixture service = fixture.start(fixture.settings())) {
            fixture.broker();
            changeAll();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> service.gauge("mobile.sync.webhook.pending", "endpoint", "default") == 2 * EXAMINEES);
            service.bean(CachingConnectionFactory.class).resetConnection();
            fixture.receiver.answer("good", "[]");

            WebhookFixture.assertOrdered(fixture.awaitConfirmed("good", 2 * EXAMINEES));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> service.gauge("mobile.sync.webhook.pending", "endpoint", "default") == 0);
        }
        assertThat(fixture.ready(AmqpNames.WEBHOOK_QUEUE)).isZero();
        assertThat(fixture.ready(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE)).isZero();
    }

    @Test
    void killLosesNothing(@TempDir Path directory) throws Exception {
        // Slow enough that changes are in flight and in the queue when the process is killed.
        fixture.receiver.answer("good", "[{\"status\":500,\"times\":20},{\"hang\":true,\"times\":20}]");
        try (ChildProcess service = start(directory, fixture.settings())) {
            service.awaitOutput("Started StateManager");
            StatusQueueClient broker = fixture.broker();
            changeAll();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> fixture.receiver.received("good").size() >= EXAMINEES);
            service.kill();
            try (ChildProcess next = start(directory, fixture.settings())) {
                next.awaitOutput("Started StateManager");
                for (ExamineeKey examinee : EXAMINEE_KEYS) {
                    fixture.complete(examinee, 2);
                }
                awaitAllPublished(broker);
                assertThat(next.stop()).isEqualTo(143);
            }
        }
        WebhookFixture.assertOrdered(fixture.receiver.received("good"));
        assertThat(fixture.ready(AmqpNames.WEBHOOK_QUEUE)).isZero();
        assertThat(fixture.ready(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE)).isZero();
    }

    /** The embedded broker has no single active consumer; it is for one instance. */
    @Test
    @EnabledIf(value = "dev.mobilesync.testsupport.RealServers#isAvailable", disabledReason = RealServers.SKIP_REASON)
    void secondInstanceTakesOver() throws Exception {
        fixture.receiver.answer("good", "[{\"status\":500,\"times\":30}]");
        StateManagerFixture first = fixture.start(fixture.settings());
        try (StateManagerFixture second = fixture.start(fixture.settings())) {
            StatusQueueClient broker = fixture.broker();
            // Otherwise the second may complete a step before the first enters it, which is one change less.
            second.stopListener();
            try (first) {
                changeAll();
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> fixture.receiver.received("good").size() >= EXAMINEES);
                assertThat(List.of(first, second))
                        .filteredOn(each -> each.gauge("mobile.sync.webhook.pending", "endpoint", "default") > 0)
                        .hasSizeLessThanOrEqualTo(1);
            }
            second.startListener();
            for (ExamineeKey examinee : EXAMINEE_KEYS) {
                fixture.complete(examinee, 2);
            }
            awaitAllPublished(broker);
            WebhookFixture.assertOrdered(fixture.receiver.received("good"));
        }
    }

    /** An instance writes states but is cut off before it broadcasts them. Another one changes half of them; then the first is killed. */
    @Test
    @EnabledIf(value = "dev.mobilesync.testsupport.RealServers#isAvailable", disabledReason = RealServers.SKIP_REASON)
    void killBeforeBroadcastLosesNothing(@TempDir Path directory) throws Exception {
        Map<String, String> settings = fixture.settings();
        try (StateManagerFixture second = fixture.start(settings);
                NetworkProxy brokerProxy = new NetworkProxy(
                        requireNonNull(settings.get("spring.rabbitmq.host")),
                        Integer.parseInt(requireNonNull(settings.get("spring.rabbitmq.port"))))) {
            second.stopListener();
            settings.put("spring.rabbitmq.host", "127.0.0.1");
            settings.put("spring.rabbitmq.port", Integer.toString(brokerProxy.port()));
            SyncRecordReader records = second.bean(SyncRecordReader.class);
            StatusQueueClient broker = fixture.broker();
            try (ChildProcess first = start(directory, settings)) {
                first.awaitOutput("Started StateManager");
                brokerProxy.requests().blackhole();
                for (ExamineeKey examinee : EXAMINEE_KEYS) {
                    fixture.enter(examinee);
                }
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> records.readAll(EXAMINEE_KEYS).stream().allMatch(Objects::nonNull));
                assertThat(broker.isEmpty()).as("nothing is broadcast").isTrue();
                second.startListener();
                // The broker gives each instance about half of them.
                for (ExamineeKey examinee : EXAMINEE_KEYS) {
                    fixture.complete(examinee, 1);
                }
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> records.readAll(EXAMINEE_KEYS).stream()
                                        .filter(record -> record != null && record.status() == Status.COMPLETED)
                                        .count()
                                >= EXAMINEES / 3);
                first.kill();
            }
            List<Received> confirmed = fixture.awaitConfirmed("good", 2 * EXAMINEES);
            WebhookFixture.assertOrdered(confirmed);
            assertThat(statuses(confirmed)).hasSize(EXAMINEES).allSatisfy((examinee, statuses) -> assertThat(statuses)
                    .containsExactlyInAnyOrder("WAITING", "COMPLETED"));
        }
    }

    private static Map<String, Set<String>> statuses(List<Received> received) {
        return received.stream()
                .collect(Collectors.groupingBy(
                        Received::examinee,
                        Collectors.mapping(
                                each -> each.body().at("/data/status").asString(), Collectors.toSet())));
    }

    private void changeAll() throws Exception {
        for (ExamineeKey examinee : EXAMINEE_KEYS) {
            fixture.enter(examinee);
            fixture.complete(examinee, 1);
        }
    }

    private static ChildProcess start(Path directory, Map<String, String> settings) {
        Map<String, String> environment = TestServers.environment(settings);
        environment.put("MOBILE_SYNC_WEBHOOK_TIMEOUT", "2s");
        environment.put("SERVER_PORT", Integer.toString(TestPorts.freePort()));
        return ChildProcess.jar("state-manager/target/state-manager-exec.jar", directory, environment);
    }

    /** Waits until the endpoint has confirmed the last change of each examinee, and every other change. */
    private void awaitAllPublished(StatusQueueClient broker) throws InterruptedException {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> fixture.receiver.confirmed("good").stream()
                                .filter(each -> each.body()
                                        .at("/data/timestamp")
                                        .asString()
                                        .equals("2026-01-01T09:00:05Z"))
                                .map(Received::examinee)
                                .distinct()
                                .count()
                        == EXAMINEES);
        Set<String> published = published(broker);
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(ids(fixture.receiver.confirmed("good")))
                .containsAll(published));
    }

    /** Waits for the broadcasts of the three changes of each examinee, and returns their ids. */
    private static Set<String> published(StatusQueueClient broker) throws InterruptedException {
        Set<String> ids = new HashSet<>();
        while (ids.size() < 3 * EXAMINEES) {
            StatusQueueClient.Received next = broker.next();
            if (next.properties().getHeaders().containsKey(AmqpNames.REVISION)) {
                ids.add(next.id());
            }
        }
        return ids;
    }

    private static Set<String> ids(List<Received> received) {
        return received.stream().map(Received::id).collect(Collectors.toSet());
    }
}
