package dev.mobilesync.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NeedsRealServers
class DeadLettersIT {

    private RealServers servers;
    private Service service;
    private TestBroker broker;

    @BeforeEach
    void start() throws Exception {
        servers = RealServers.open();
        service = Service.start(servers.properties());
        broker = TestBroker.connect(servers.properties());
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
        broker.close();
        servers.close();
    }

    @Test
    void areShownWithoutTheirBodiesAndStay() throws Exception {
        send("letter-1", "{\"secret\":1}");
        send("letter-2", "{\"secret\":2}");
        awaitDeadLetters(2);

        for (int i = 0; i < 3; i++) {
            assertThat(run("list", 0))
                    .contains("id=letter-1 type=mobile_sync_status bytes=12 reason=type must be a string")
                    .contains("id=letter-2")
                    .contains("2 dead letters")
                    .doesNotContain("secret");
        }
        awaitDeadLetters(2);
    }

    @Test
    void areReplayedAndThoseThatComeBackDoNotGoRound() throws Exception {
        // A dead letter that a newer version would understand, as it were, and one that stays what it is.
        broker.deadLetter(
                GoldenFiles.bytes("mobile_sync_status.json"),
                new AMQP.BasicProperties.Builder()
                        .messageId("good")
                        .headers(Map.of(Topology.DEAD_LETTER_REASON, "not understood"))
                        .build());
        send("bad", "{}");
        awaitDeadLetters(2);

        assertThat(run("replay", 0)).contains("id=good", "reason=not understood", "id=bad", "2 replayed");

        assertThat(broker.next().type()).isEqualTo("mobile_sync_completed");
        awaitDeadLetters(1);
        assertThat(broker.deadLetter().getProps().getMessageId()).isEqualTo("bad");
    }

    @Test
    void doNotMindAWrongAction() {
        assertThat(run("drop", 2)).contains("usage");
    }

    @Test
    void sayWhatFailed() {
        assertThat(run("list", 1, "--spring.rabbitmq.password=wrong")).contains("failed:");
    }

    private String run(String action, int exit, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] arguments = new String[servers.properties().size() + more.length];
        int i = 0;
        for (Map.Entry<String, String> setting : servers.properties().entrySet()) {
            arguments[i++] = "--" + setting.getKey() + "=" + setting.getValue();
        }
        System.arraycopy(more, 0, arguments, i, more.length);
        assertThat(DeadLettersCommand.run(action, new PrintStream(out, true, StandardCharsets.UTF_8), arguments))
                .isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
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
        Awaitility.await().until(() -> broker.ready(Topology.DEAD_LETTER_QUEUE) == count);
    }
}
