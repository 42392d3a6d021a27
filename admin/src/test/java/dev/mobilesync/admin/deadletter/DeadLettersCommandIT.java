package dev.mobilesync.admin.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.admin.AdminServers;
import dev.mobilesync.admin.CommandRun;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.GoldenFiles;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ServerContract
class DeadLettersCommandIT {

    private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lb25lIn0.c2lnbmF0dXJl";

    private final Map<String, String> settings = TestServers.shared().properties();
    private Connection connection;
    private Channel channel;

    @BeforeEach
    void open() throws Exception {
        AdminServers.declareQueues(settings);
        TestServers.shared().reset();
        connection = BrokerQueues.connect(settings);
        channel = connection.createChannel();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
    }

    @Test
    void listsWithoutBodies() throws Exception {
        deadLetter("one", GoldenFiles.bytes("mobile_sync_status.json"));
        deadLetter("two", "{\"secret\":1}".getBytes(StandardCharsets.UTF_8));
        awaitDeadLetters(2);

        CommandRun text = run("list");
        assertThat(text.exit()).isEqualTo(ExitCode.OK);
        assertThat(text.out())
                .contains("id=one type=mobile_sync_status examinee=P001/E001 ", "reason=a reason", "id=two ")
                .contains("2 dead letters")
                .doesNotContain("secret");
        awaitDeadLetters(2);

        CommandRun slow = CommandRun.slow(settings, "dead-letters", "list", "--json");
        assertThat(slow.err()).contains("1 dead letters read", "2 dead letters read");
        List<JsonNode> json = slow.json();
        assertThat(json).hasSize(2);
        assertThat(json.get(0).path("id").asString()).isEqualTo("one");
        assertThat(json.get(0).path("examineeId").asString()).isEqualTo("E001");
        assertThat(json.get(1).path("queue").asString()).isEqualTo(AmqpNames.STATUS_QUEUE);
    }

    @Test
    void showsRedactedBody() throws Exception {
        String picture = "/9j/4AAQ".repeat(100);
        deadLetter(
                "one",
                ("{\"type\":\"mobile_sync_status\",\"data\":{\"planId\":\"P001\",\"token\":\"abc\",\"note\":\"see "
                                + JWT + "\",\"image\":\"" + picture + "\",\"escape\":\"\\u001b[2J\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        deadLetter("two", "not JSON".getBytes(StandardCharsets.UTF_8));
        awaitDeadLetters(2);

        CommandRun text = run("show", "one");
        assertThat(text.exit()).isEqualTo(ExitCode.OK);
        assertThat(text.out())
                .contains(
                        "\"planId\" : \"P001\"", "header x-mobile-sync-reason: a reason", "see ***", "(800 characters)")
                .doesNotContain("abc", JWT, picture, "\u001b", "id=two");
        JsonNode body = run("show", "one", "--json").json().get(0).path("body");
        assertThat(body.path("data").path("token").asString()).isEqualTo("***");
        assertThat(run("show", "two").out()).contains("body: not JSON").doesNotContain("not JSON\n\n");

        CommandRun missing = run("show", "three");
        assertThat(missing.exit()).isEqualTo(ExitCode.PROBLEM);
        assertThat(missing.err()).contains("no dead letter has the id three");
        awaitDeadLetters(2);
    }

    @Test
    void replaysNamedOnly() throws Exception {
        deadLetter("one", new byte[] {1});
        deadLetter("two", new byte[] {2});
        awaitDeadLetters(2);

        CommandRun replayed = run("replay", "two", "--json");
        assertThat(replayed.exit()).isEqualTo(ExitCode.OK);
        assertThat(replayed.json().get(0).path("replayed").asInt()).isEqualTo(1);
        awaitDeadLetters(1);
        Awaitility.await().until(() -> channel.messageCount(AmqpNames.STATUS_QUEUE) == 1);
        assertThat(channel.basicGet(AmqpNames.STATUS_QUEUE, true).getProps().getMessageId())
                .isEqualTo("two");
    }

    @Test
    void dropsNamedOrAll() throws Exception {
        for (String id : List.of("one", "two", "three")) {
            deadLetter(id, new byte[] {1});
        }
        awaitDeadLetters(3);

        CommandRun partial = run("drop", "one", "four");
        assertThat(partial.exit()).isEqualTo(ExitCode.PROBLEM);
        assertThat(partial.out()).contains("1 dropped");
        assertThat(partial.err()).contains("no dead letter has the id four");
        awaitDeadLetters(2);
        assertThat(run("drop", "--all").out()).contains("2 dropped");
        awaitDeadLetters(0);
        assertThat(channel.messageCount(AmqpNames.STATUS_QUEUE)).isZero();
    }

    /** Foreign publishers may set no id. The one of the log is derived from the body. */
    @Test
    void findsLetterWithoutIdByDerivedOne() throws Exception {
        deadLetter(null, new byte[] {1});
        deadLetter(null, new byte[] {2});
        awaitDeadLetters(2);

        assertThat(run("drop", "null").exit()).isEqualTo(ExitCode.PROBLEM);
        awaitDeadLetters(2);
        String id = AmqpNames.messageId(null, new byte[] {2});
        assertThat(run("list").out()).contains("id=" + id + " ");
        awaitDeadLetters(2);
        assertThat(run("show", id).exit()).isEqualTo(ExitCode.OK);
        awaitDeadLetters(2);
        assertThat(run("drop", id).out()).contains("1 dropped");
        awaitDeadLetters(1);
    }

    @Test
    void decidesOnDeadLettersOfWebhooks() throws Exception {
        AdminServers.declareWebhookQueues(settings);
        channel.queuePurge(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE);
        deadLetter("of-status-queue", new byte[] {1});
        for (String id : List.of("one", "two")) {
            AdminServers.deadLetter(channel, AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, id, new byte[] {1});
        }
        awaitDeadLetters(1);
        awaitDeadLetters(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, 2);

        assertThat(run("list", "--webhooks").out())
                .contains("id=one ", "id=two ", "2 dead letters")
                .doesNotContain("of-status-queue");
        awaitDeadLetters(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, 2);
        assertThat(run("show", "--webhooks", "one").out()).contains("id=one").doesNotContain("id=two");
        awaitDeadLetters(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, 2);
        assertThat(run("show", "one").exit()).as("of status_queue").isEqualTo(ExitCode.PROBLEM);

        assertThat(run("replay", "--webhooks", "one").out()).contains("1 replayed");
        awaitDeadLetters(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, 1);
        Awaitility.await().until(() -> channel.messageCount(AmqpNames.WEBHOOK_QUEUE) == 1);
        channel.queuePurge(AmqpNames.WEBHOOK_QUEUE);
        assertThat(run("list", "--webhooks").out()).contains("id=two ").doesNotContain("id=one ");
        awaitDeadLetters(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, 1);
        assertThat(run("drop", "--webhooks", "--all").out()).contains("1 dropped");
        awaitDeadLetters(AmqpNames.WEBHOOK_DEAD_LETTER_QUEUE, 0);
        awaitDeadLetters(1);
    }

    @Test
    void requiresIdsOrAll() {
        assertThat(run("drop").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run("replay", "one", "--all").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run("show").exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void reportsUnavailableBroker() {
        Map<String, String> closed = new HashMap<>(settings);
        closed.put("spring.rabbitmq.port", Integer.toString(TestPorts.freePort()));
        CommandRun run = CommandRun.of(closed, "dead-letters", "list", "--json");
        assertThat(run.exit()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("the broker failed: ");
    }

    @Test
    void reportsInvalidSettingByKey() {
        Map<String, String> invalid = new HashMap<>(settings);
        invalid.put("mobile-sync.broker.confirm-timeout", "0s");
        CommandRun run = CommandRun.of(invalid, "dead-letters", "list");
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("MOBILE_SYNC_BROKER_CONFIRM_TIMEOUT").doesNotContain("\tat ");
    }

    private CommandRun run(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "dead-letters";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return CommandRun.of(settings, command);
    }

    private void deadLetter(@Nullable String id, byte[] body) throws Exception {
        AdminServers.deadLetter(channel, AmqpNames.DEAD_LETTER_QUEUE, id, body);
    }

    /** The broker requeues listed messages shortly after the connection is closed. */
    private void awaitDeadLetters(long count) {
        awaitDeadLetters(AmqpNames.DEAD_LETTER_QUEUE, count);
    }

    private void awaitDeadLetters(String queue, long count) {
        Awaitility.await().until(() -> channel.messageCount(queue) == count);
    }
}
