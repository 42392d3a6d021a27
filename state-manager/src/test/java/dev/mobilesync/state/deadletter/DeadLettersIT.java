package dev.mobilesync.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.StateManager;
import dev.mobilesync.state.StateManagerFixture;
import dev.mobilesync.state.StatusQueueClient;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

@ServerContract
class DeadLettersIT {

    private final Map<String, String> settings = TestServers.shared().properties();
    private StateManagerFixture service;
    private StatusQueueClient broker;

    @BeforeEach
    void start() throws Exception {
        service = StateManagerFixture.shared();
        broker = StatusQueueClient.connect(settings);
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    @Test
    void listsWithoutBodies() throws Exception {
        send("message-1", "{\"secret\":1}");
        send("message-2", "{\"secret\":2}");
        awaitDeadLetters(2);

        assertListsBoth(run("list", 0));
        for (int i = 0; i < 2; i++) {
            // The broker requeues the listed messages shortly after the connection is closed.
            awaitDeadLetters(2);
            DeadLetters deadLetters = new DeadLetters(
                    DeadLetterQueue.STATUS,
                    service.bean(ConnectionFactory.class),
                    service.bean(ConfirmedPublisher.class));
            List<String> listed = new ArrayList<>();
            assertThat(deadLetters.forEach(deadLetter -> {
                        listed.add(deadLetter.toString());
                        return DeadLetters.Decision.KEEP;
                    }))
                    .isEqualTo(2);
            assertListsBoth(String.join("\n", listed) + "\n2 dead letters");
        }
        awaitDeadLetters(2);
    }

    private static void assertListsBoth(String output) {
        assertThat(output)
                .contains("id=message-1 type=mobile_sync_status bytes=12 reason=type must be a string")
                .contains("id=message-2")
                .contains("2 dead letters")
                .doesNotContain("secret");
    }

    @Test
    void replaysEachOnce() throws Exception {
        // One that this version can process, and one that it cannot.
        broker.deadLetter(
                GoldenFiles.bytes("mobile_sync_status.json"),
                new AMQP.BasicProperties.Builder()
                        .messageId("good")
                        .headers(Map.of(
                                AmqpNames.DEAD_LETTER_REASON, "not understood", AmqpNames.CAPTURE_STARTED_AT, 1L))
                        .build());
        send("bad", "{}");
        awaitDeadLetters(2);

        assertThat(run("replay", 0)).contains("id=good", "reason=not understood", "id=bad", "2 replayed");

        StatusQueueClient.Received completed = broker.next();
        assertThat(completed.type()).isEqualTo("mobile_sync_completed");
        assertThat(completed.properties().getHeaders()).doesNotContainKey(AmqpNames.CAPTURE_STARTED_AT);
        awaitDeadLetters(1);
        assertThat(broker.deadLetter().getProps().getMessageId()).isEqualTo("bad");
    }

    /** The sender of a message can set any header. */
    @Test
    void replaysToStatusQueueWhateverTheSenderNotes() throws Exception {
        broker.deadLetter(
                GoldenFiles.bytes("mobile_sync_status.json"),
                new AMQP.BasicProperties.Builder()
                        .messageId("forged")
                        .headers(Map.of(
                                AmqpNames.DEAD_LETTER_ORIGIN,
                                AmqpNames.DEAD_LETTER_QUEUE,
                                "x-first-death-queue",
                                AmqpNames.DEAD_LETTER_QUEUE))
                        .build());
        awaitDeadLetters(1);

        assertThat(run("replay", 0)).contains("id=forged", "1 replayed");

        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
        awaitDeadLetters(0);
    }

    @Test
    void rejectsUnknownAction() {
        assertThat(run("drop", 2)).contains("usage");
    }

    @Test
    void printsFailure() {
        assertThat(run("list", 1, "--spring.rabbitmq.password=wrong")).contains("failed:");
    }

    private String run(String action, int exit, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(StateManagerFixture.arguments(settings));
        arguments.addAll(List.of(more));
        DeadLettersOption command =
                DeadLettersOption.parse("--dead-letters=" + action).orElseThrow();
        assertThat(command.run(StateManager.CONFIG_NAME, printTo(out), arguments.toArray(String[]::new)))
                .isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream printTo(ByteArrayOutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    private void send(String id, String body) throws Exception {
        broker.send(
                body.getBytes(StandardCharsets.UTF_8),
                new AMQP.BasicProperties.Builder()
                        .messageId(id)
                        .type("mobile_sync_status")
                        .build());
    }

    private void awaitDeadLetters(long count) {
        Awaitility.await().until(() -> broker.ready(AmqpNames.DEAD_LETTER_QUEUE) == count);
    }
}
