package dev.mobilesync.state.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.ChildProcess;
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
import java.util.Set;
import java.util.stream.Collectors;
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
        try (ChildProcess service = start(directory)) {
            service.awaitOutput("Started StateManager");
            StatusQueueClient broker = fixture.broker();
            changeAll();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> fixture.receiver.received("good").size() >= EXAMINEES);
            service.kill();
            try (ChildProcess next = start(directory)) {
                next.awaitOutput("Started StateManager");
                for (int i = 0; i < EXAMINEES; i++) {
                    fixture.complete(new ExamineeKey("P1", "E" + i), 2);
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
            // Otherwise both change the state of an examinee at once, and the order of the broadcasts is not defined.
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
            for (int i = 0; i < EXAMINEES; i++) {
                fixture.complete(new ExamineeKey("P1", "E" + i), 2);
            }
            awaitAllPublished(broker);
            WebhookFixture.assertOrdered(fixture.receiver.received("good"));
        }
    }

    private void changeAll() throws Exception {
        for (int i = 0; i < EXAMINEES; i++) {
            ExamineeKey examinee = new ExamineeKey("P1", "E" + i);
            fixture.enter(examinee);
            fixture.complete(examinee, 1);
        }
    }

    private ChildProcess start(Path directory) {
        Map<String, String> environment = TestServers.environment(fixture.settings());
        environment.put("MOBILE_SYNC_WEBHOOK_TIMEOUT", "2s");
        environment.put("SERVER_PORT", Integer.toString(TestPorts.freePort()));
        return ChildProcess.jar("state-manager/target/state-manager-exec.jar", directory, environment);
    }

    /** Waits until the endpoint has confirmed the last change of each examinee, and every other change that was published. */
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

    /** The ids of the state changes that were published. */
    private static Set<String> published(StatusQueueClient broker) throws InterruptedException {
        Set<String> ids = new HashSet<>();
        while (!broker.isEmpty()) {
            StatusQueueClient.Received next = broker.next();
            if (next.properties().getHeaders().containsKey(AmqpNames.REVISION)) {
                ids.add(next.id());
            }
        }
        assertThat(ids).hasSizeGreaterThanOrEqualTo(2 * EXAMINEES);
        return ids;
    }

    private static Set<String> ids(List<Received> received) {
        return received.stream().map(Received::id).collect(Collectors.toSet());
    }
}
