package dev.mobilesync.admin.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.admin.AdminServers;
import dev.mobilesync.admin.CommandRun;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is erased is tested with {@code --erase} of web-server. */
@ServerContract
class EraseCommandIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    private AdminServers servers;

    @BeforeEach
    void write() throws Exception {
        servers = AdminServers.open();
        servers.redis().opsForHash().putAll(RedisKeys.record(EXAMINEE), Map.of("status", "WAITING"));
        servers.redis().opsForZSet().add(RedisKeys.planIndex("P001"), "E001", 0);
        servers.redis().opsForHash().put(RedisKeys.roster("P001"), "E001", "a name");
        servers.putPicture(EXAMINEE, Instant.parse("2024-01-01T09:00:00Z"));
    }

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P001", "P001 E001"})
    void dryRunErasesNothing(String scope) {
        for (int i = 0; i < 2; i++) {
            CommandRun run = run("erase " + scope + " --dry-run");
            assertThat(run.exit()).isEqualTo(ExitCode.OK);
            assertThat(run.out())
                    .contains(
                            "would erase: capture captures/E001/sync_cap.jpg",
                            "would erase: record plan:P001:examinee:E001:mobile_sync",
                            "would erase: index entry E001 in plan:P001:mobile_sync",
                            "would erase: roster entry E001",
                            "total: 4 would be erased");
        }

        CommandRun erased = run("erase " + scope);
        assertThat(erased.exit()).isEqualTo(ExitCode.OK);
        assertThat(erased.out())
                .contains("erased: capture captures/E001/sync_cap.jpg", "total: 4 erased")
                .doesNotContain("would");
        assertThat(servers.redis().keys("*")).isEmpty();
        assertThat(run("erase " + scope).out()).isEqualTo("total: 0 erased\n");
    }

    @Test
    void printsItemsAndTotalsAsJson() {
        CommandRun slow = CommandRun.slow(servers.settings(), "erase", "P001", "E001", "--json", "--dry-run");
        assertThat(slow.err()).contains(" versions listed");
        List<JsonNode> lines = slow.json();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0).path("action").asString()).isEqualTo("WOULD_ERASE");
        JsonNode total = lines.get(4);
        assertThat(total.path("dryRun").asBoolean()).isTrue();
        assertThat(total.path("total").asInt()).isEqualTo(4);
        assertThat(total.path("remaining").asInt()).isZero();
    }

    @Test
    void reportsWhatRemains() {
        CommandRun run = CommandRun.of(
                servers.settingsWith("mobile-sync.store.endpoint", "http://127.0.0.1:" + TestPorts.freePort()),
                "erase",
                "P001",
                "E001");
        assertThat(run.exit()).isEqualTo(ExitCode.PROBLEM);
        assertThat(run.out()).contains("REMAINS: captures of examinee E001", "NOT COMPLETE: 1 could not be erased");
    }

    @Test
    void rejectsInvalidIds() {
        assertThat(run("erase").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run("erase P*").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run("erase P001 E001 E002").exit()).isEqualTo(ExitCode.USAGE);
    }

    private CommandRun run(String command) {
        return CommandRun.of(servers.settings(), command.split(" ", -1));
    }
}
