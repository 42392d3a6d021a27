package dev.mobilesync.admin.doctor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.admin.AdminServers;
import dev.mobilesync.admin.CommandRun;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.RedisProcess;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestStore;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.CaptureStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Each problem is a real one: a queue, a permission, a server or a bucket that is not as the services need it. */
@NeedsRealServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoctorCommandIT {

    private RealServers servers;
    private TestStore store;
    private Connection connection;
    private Map<String, String> settings;

    @BeforeAll
    void open() throws Exception {
        servers = RealServers.open();
        store = TestStore.embedded();
        settings = new HashMap<>(servers.properties());
        settings.putAll(store.properties());
        connection = BrokerQueues.connect(settings);
    }

    @AfterAll
    void close() throws Exception {
        connection.close();
        store.close();
        servers.close();
    }

    @BeforeEach
    void declareQueues() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(AmqpNames.STATUS_QUEUE);
        }
        AdminServers.declareQueues(settings);
    }

    @Test
    void findsNoProblem() {
        CommandRun text = CommandRun.of(settings, "doctor");
        assertThat(text.exit()).as(text.out() + text.err()).isEqualTo(ExitCode.OK);
        assertThat(text.out())
                .containsPattern("OK +broker +RabbitMQ \\d")
                .containsPattern("OK +queue status_queue +exists with the expected arguments")
                .containsPattern("OK +queue status_queue.dlq +exists")
                .containsPattern("OK +exchange broadcast +exists")
                .containsPattern("OK +queue broadcast_queue +not declared")
                .containsPattern("OK +permissions ")
                .containsPattern("OK +Redis +Redis \\d")
                .containsPattern("OK +Redis writes ")
                .containsPattern("OK +Redis maxmemory-policy +noeviction")
                .containsPattern("OK +clock of Redis ")
                .containsPattern("OK +object store ")
                .containsPattern("WARNING +bucket versioning +the store has none")
                .containsPattern("OK +bucket access ")
                .containsPattern("OK +clock of object store ")
                .contains(" 0 problems")
                .doesNotContain(requireNonNull(settings.get("mobile-sync.store.secret-key")));

        CommandRun json = CommandRun.slow(settings, "doctor", "--json");
        assertThat(json.err()).contains("1 checks done", "14 checks done");
        assertThat(json.json()).hasSize(1);
        JsonNode result = json.json().get(0);
        assertThat(result.path("problems").asInt()).isZero();
        assertThat(result.path("findings").path(0).path("status").asString()).isEqualTo("OK");
    }

    @Test
    void findsQueueWithOtherArguments() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(AmqpNames.STATUS_QUEUE);
            channel.queueDeclare(AmqpNames.STATUS_QUEUE, true, false, false, Map.of("x-max-length", 10));
        }
        CommandRun run = CommandRun.of(settings, "doctor");
        assertThat(run.exit()).isEqualTo(ExitCode.PROBLEM);
        assertThat(run.out())
                .containsPattern("PROBLEM +queue status_queue +queue status_queue exists with other arguments: x-")
                .contains("fix: Move its messages away and delete it (rabbitmqctl -p 'test-")
                .containsPattern("OK +queue status_queue.dlq");
    }

    @Test
    void checksQueuesOfWebhooks() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDeclare(AmqpNames.WEBHOOK_QUEUE, true, false, false, Map.of("x-max-length", 10));
            CommandRun run = runWith(AdminServers.WEBHOOK);
            channel.queueDelete(AmqpNames.WEBHOOK_QUEUE);
            assertThat(run.exit()).isEqualTo(ExitCode.PROBLEM);
            assertThat(run.out())
                    .containsPattern(
                            "PROBLEM +queue webhook_queue +queue webhook_queue exists with other arguments: x-")
                    .containsPattern("WARNING +queue webhook_queue.dlq +does not exist");
        }
        AdminServers.declareWebhookQueues(settings);
        assertThat(runWith(AdminServers.WEBHOOK).out())
                .containsPattern("OK +queue webhook_queue +exists with the expected arguments")
                .containsPattern("OK +queue webhook_queue.dlq +exists");
        assertThat(CommandRun.of(settings, "doctor").out()).doesNotContain("webhook");
    }

    @Test
    void declaresNoMissingQueue() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(AmqpNames.STATUS_QUEUE);
        }
        CommandRun run = CommandRun.of(settings, "doctor");
        assertThat(run.exit()).as(run.out()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .containsPattern("WARNING +queue status_queue +does not exist")
                .contains("fix: Start the services");
        Channel channel = connection.createChannel();
        assertThatThrownBy(() -> channel.queueDeclarePassive(AmqpNames.STATUS_QUEUE))
                .isInstanceOf(IOException.class);
    }

    @Test
    void distinguishesBroadcastQueues() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDeclare(AmqpNames.BROADCAST_QUEUE, false, true, false, Map.of());
            channel.queueDeclare("missed." + AmqpNames.BROADCAST_QUEUE, false, false, false, Map.of());
            CommandRun run = CommandRun.of(settings, "doctor");
            assertThat(run.out())
                    .containsPattern("OK +queue broadcast_queue +belongs to the socket-server with this name")
                    .containsPattern("WARNING +queue missed.broadcast_queue +is not exclusive");
            channel.queueDelete(AmqpNames.BROADCAST_QUEUE);
            channel.queueDelete("missed." + AmqpNames.BROADCAST_QUEUE);
        }
    }

    @Test
    void findsMissingPermissions() throws Exception {
        long broadcasts;
        try (Channel channel = connection.createChannel()) {
            String queue = channel.queueDeclare().getQueue();
            channel.queueBind(queue, AmqpNames.BROADCAST_EXCHANGE, "");
            assertThat(problemsIfPermitted("^$", "^$", "^$"))
                    .containsPattern("PROBLEM +queue status_queue +ACCESS_REFUSED")
                    .contains(
                            "the user may not publish to queues", "the user may not publish to the exchange broadcast")
                    .contains(
                            "the user may not consume the queue status_queue",
                            "the user may not consume the queue broadcast_queue",
                            "rabbitmqctl set_permissions");
            assertThat(CommandRun.of(settings, "doctor").exit()).isEqualTo(ExitCode.OK);
            broadcasts = channel.messageCount(queue);
        }
        assertThat(broadcasts).as("messages that the checks broadcast").isZero();
    }

    /** As in a new virtual host, in which no service has started. */
    @Test
    void findsMissingPermissionToDeclare() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(AmqpNames.STATUS_QUEUE);
        }
        assertThat(problemsIfPermitted("^$", ".*", ".*"))
                .containsPattern("WARNING +queue status_queue +does not exist")
                .contains("the user may not declare the queue status_queue: ACCESS_REFUSED")
                .contains("the user may not declare the queue broadcast_queue: ACCESS_REFUSED")
                .contains("the user may not declare the exchange broadcast: ACCESS_REFUSED");
        assertThat(problemsIfPermitted(".*", "^(status_queue|amq\\.default|broadcast)$", ".*"))
                .contains("the user may not bind broadcast_queue to the exchange broadcast: ACCESS_REFUSED");
        AdminServers.declareQueues(settings);
        CommandRun run = CommandRun.of(settings, "doctor");
        assertThat(run.exit()).as(run.out()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .containsPattern("OK +permissions +the user may declare, publish and consume")
                .containsPattern("OK +queue broadcast_queue +not declared");
    }

    @Test
    void findsBrokerProblems() {
        String wrong = "a-wrong-password";
        assertProblem(Map.of("spring.rabbitmq.password", wrong), "broker", "SPRING_RABBITMQ_PASSWORD");
        assertProblem(Map.of("spring.rabbitmq.virtual-host", "nowhere"), "broker", "SPRING_RABBITMQ_VIRTUAL_HOST");
        assertProblem(
                Map.of("spring.rabbitmq.port", Integer.toString(TestPorts.freePort())), "broker", "Start the broker");
        assertThat(runWith(Map.of("spring.rabbitmq.password", wrong)).out()).doesNotContain(wrong);
    }

    @Test
    void findsRedisProblems(@TempDir Path directory) throws Exception {
        try (RedisProcess evicting =
                RedisProcess.start(directory, "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru")) {
            CommandRun run = runWith(evicting.overriding(settings));
            assertThat(run.exit()).isEqualTo(ExitCode.PROBLEM);
            assertThat(run.out())
                    .containsPattern("PROBLEM +Redis maxmemory-policy +allkeys-lru: Redis deletes records")
                    .contains("fix: Set maxmemory-policy noeviction")
                    .containsPattern("OK +Redis persistence +appendonly yes");
            assertThat(evicting.cli("dbsize")).as("keys of the probes").contains("0");

            evicting.cli("acl", "setuser", "default", "-eval", "-evalsha");
            assertThat(runWith(evicting.overriding(settings)).out()).containsPattern("PROBLEM +Redis writes .*NOPERM");
            evicting.cli("acl", "setuser", "default", "+@all", "resetkeys", "~mobile_sync:*");
            assertThat(runWith(evicting.overriding(settings)).out()).containsPattern("PROBLEM +Redis writes ");
            evicting.cli("acl", "setuser", "default", "allkeys");

            evicting.cli("config", "set", "appendonly", "no");
            evicting.cli("config", "set", "maxmemory-policy", "noeviction");
            evicting.cli("replicaof", "127.0.0.1", Integer.toString(TestPorts.freePort()));
            assertThat(runWith(evicting.overriding(settings)).out())
                    .containsPattern("PROBLEM +Redis writes +READONLY")
                    .containsPattern("WARNING +Redis persistence ");
        }
        assertProblem(Map.of("spring.data.redis.port", Integer.toString(TestPorts.freePort())), "Redis", "Start Redis");
    }

    @Test
    void findsWrongClockOfRedis() throws Exception {
        List<Finding> findings = new ArrayList<>();
        try (AdminServers admin = AdminServers.open()) {
            Clock slow = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-1));
            new RedisCheck(admin.redis(), slow).run(findings::add);
        }
        assertThat(findings)
                .filteredOn(finding -> finding.status() == Finding.Severity.PROBLEM)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.subject()).isEqualTo("clock of Redis");
                    assertThat(problem.fix()).contains("Synchronise the clocks");
                });
    }

    @Test
    void findsStoreProblems() throws Exception {
        assertProblem(Map.of("mobile-sync.store.bucket", "nowhere"), "bucket", "MOBILE_SYNC_STORE_BUCKET");
        assertProblem(
                Map.of("mobile-sync.store.secret-key", "a-wrong-secret"),
                "object store",
                "MOBILE_SYNC_STORE_SECRET_KEY");
        assertProblem(
                Map.of("mobile-sync.store.endpoint", "http://127.0.0.1:" + TestPorts.freePort()),
                "object store",
                "MOBILE_SYNC_STORE_ENDPOINT");
        try (StoreWithWrongClock wrong = StoreWithWrongClock.start()) {
            assertProblem(
                    Map.of("mobile-sync.store.endpoint", wrong.endpoint()),
                    "clock of object store",
                    "Synchronise the clocks");
        }
    }

    @Test
    @NeedsS3Gateway
    void findsVersioning() throws Exception {
        Map<String, String> gateway = S3Gateway.properties();
        assertProblem(gateway, "bucket", "creates it");
        try (CaptureStore captures =
                new CaptureStore(AdminServers.storeProperties(gateway), 1, new SimpleMeterRegistry())) {
            captures.ensureBucket(TimeLimit.in(Duration.ofSeconds(20)));
        }
        assertThat(runWith(gateway).out())
                .containsPattern("OK +bucket versioning +enabled")
                .containsPattern("OK +bucket access ");
    }

    @Test
    void rejectsInvalidSettings() {
        CommandRun run = runWith(Map.of("mobile-sync.store.endpoint", "ftp://nowhere"));
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("MOBILE_SYNC_STORE_ENDPOINT");
    }

    /** Returns the output of {@code doctor} while the user has these permissions. */
    private String problemsIfPermitted(String configure, String write, String read) {
        servers.permit(configure, write, read);
        try {
            CommandRun run = CommandRun.of(settings, "doctor");
            assertThat(run.exit()).isEqualTo(ExitCode.PROBLEM);
            return run.out();
        } finally {
            servers.permit(".*", ".*", ".*");
        }
    }

    private void assertProblem(Map<String, String> changes, String subject, String fix) {
        CommandRun run = runWith(changes, "--json");
        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(ExitCode.PROBLEM);
        List<JsonNode> problems = run.json()
                .get(0)
                .path("findings")
                .valueStream()
                .filter(finding -> finding.path("status").asString().equals("PROBLEM"))
                .toList();
        assertThat(problems).as(run.out()).anySatisfy(problem -> {
            assertThat(problem.path("subject").asString()).isEqualTo(subject);
            assertThat(problem.path("message").asString()).isNotBlank();
            assertThat(problem.path("fix").asString()).contains(fix);
        });
    }

    private CommandRun runWith(Map<String, String> changes, String... arguments) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.putAll(changes);
        String[] command = new String[arguments.length + 1];
        command[0] = "doctor";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return CommandRun.of(changed, command);
    }
}
