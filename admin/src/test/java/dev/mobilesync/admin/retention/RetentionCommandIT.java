package dev.mobilesync.admin.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.admin.AdminServers;
import dev.mobilesync.admin.CommandRun;
import dev.mobilesync.admin.MobileSyncAdmin;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.FileStore;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** What is deleted is tested with the retention of web-server. */
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class RetentionCommandIT {

    private AdminServers servers;
    private FileStore files;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void storeExpiredPictures() throws Exception {
        servers = AdminServers.open();
        files = FileStore.start();
        settings.putAll(servers.settings());
        settings.putAll(files.properties());
        putOld("P001", "E001");
        putOld("P002", "E002");
    }

    private void putOld(String planId, String examineeId) throws Exception {
        try (CaptureStore pictures =
                new CaptureStore(AdminServers.storeProperties(settings), 1, new SimpleMeterRegistry())) {
            pictures.put(
                    new CaptureMetadata(
                            new ExamineeKey(planId, examineeId), "M001", Instant.now(), "00", null, null, null),
                    Jpegs.picture(64, 48, 1),
                    TimeLimit.in(Duration.ofSeconds(20)));
        }
        files.setStoredAt(examineeId + "/sync_cap.jpg", Instant.now().minus(Duration.ofDays(40)));
    }

    @AfterEach
    void close() throws Exception {
        files.close();
        servers.close();
    }

    @Test
    void holdsAndReleasesPlan(CapturedOutput output) throws Exception {
        assertThat(run("retention hold P001").out()).isEqualTo("held: plan P001\n");
        assertThat(run("retention list").out()).matches("held: plan P001 since \\d{4}-\\S+Z\n");

        CommandRun first = run("retention run");
        assertThat(first.exit()).as(first.err()).isEqualTo(ExitCode.OK);
        assertThat(first.out())
                .contains("held: captures/E001/sync_cap.jpg of plan P001", "deleted: captures/E002/sync_cap.jpg")
                .contains("total: 1 pictures and 0 delete markers deleted, 1 held");
        assertThat(pictures()).containsExactly("E001/sync_cap.jpg");

        assertThat(run("retention release P001").out()).isEqualTo("released: plan P001\n");
        assertThat(run("retention list").out()).isEmpty();
        assertThat(run("retention run").exit()).isEqualTo(ExitCode.OK);
        assertThat(pictures()).isEmpty();
        String user = System.getProperty("user.name");
        assertThat(output.getAll())
                .contains("action=hold-pictures role=operator who=" + user + " plan=P001 examinee=all")
                .contains("action=release-pictures role=operator who=" + user + " plan=P001 examinee=all");
    }

    @Test
    void dryRunDeletesNothing(CapturedOutput output) throws Exception {
        assertThat(run("retention run --dry-run").out())
                .contains("would be deleted: captures/E001/sync_cap.jpg", "total: 2 pictures")
                .contains("would be deleted, 0 held");
        assertThat(pictures()).hasSize(2);
        assertThat(output.getAll()).doesNotContain("action=start-expire");
    }

    @Test
    void printsJson() throws Exception {
        JsonNode held = run("retention hold P001 --json").json().get(0);
        assertThat(held.path("planId").asString()).isEqualTo("P001");
        assertThat(held.path("held").asBoolean()).isTrue();
        assertThat(Instant.parse(
                        run("retention list --json").json().get(0).path("since").asString()))
                .isBeforeOrEqualTo(Instant.now());
        CommandRun slow = CommandRun.slow(settings, "retention", "run", "--json");
        assertThat(slow.err()).contains(" versions listed");
        JsonNode result = slow.json().get(0);
        assertThat(result.path("deleted").asInt()).isEqualTo(1);
        assertThat(result.path("held").asInt()).isEqualTo(1);
        assertThat(result.path("findings")).hasSize(2);
        assertThat(result.path("complete").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"retention hold", "retention hold P*", "retention release ../x", "retention now", "retention"})
    void rejectsInvalidArguments(String command) {
        assertThat(run(command).exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void rejectsDisabledRetention() throws Exception {
        CommandRun run = runWith("mobile-sync.picture-retention", "0", "retention run");
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("the retention is disabled");
        assertThat(pictures()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retention run", "retention list", "retention hold P001", "retention release P001"})
    void isUnavailableWithoutStore(String command) {
        CommandRun run = runWith("mobile-sync.store.endpoint", "http://127.0.0.1:" + TestPorts.freePort(), command);
        assertThat(run.exit()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run.err()).contains("the object store failed");
    }

    @Tag("slow")
    @Test
    void resumesAfterKill(@TempDir Path directory) throws Exception {
        int number = 150;
        for (int i = 0; i < number; i++) {
            putOld("P003", "F" + i);
        }
        List<String> command = new ArrayList<>(List.of(
                ChildProcess.java(),
                "-cp",
                System.getProperty("java.class.path"),
                MobileSyncAdmin.class.getName(),
                "retention",
                "run"));
        settings.forEach((key, value) -> command.add("--" + key + "=" + value));
        try (ChildProcess killed = ChildProcess.start(directory, directory.resolve("out"), Map.of(), command)) {
            killed.awaitOutput("deleted: ").kill();
        }
        assertThat(pictures()).hasSizeBetween(1, number + 1);

        CommandRun early = run("retention run");
        assertThat(early.exit()).as("the killed process has the lease").isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(early.err()).contains("another run is in progress");
        // It expires after two minutes.
        servers.redis().delete(RedisKeys.sweepLease("retention"));
        assertThat(run("retention run").exit()).isEqualTo(ExitCode.OK);
        assertThat(pictures()).isEmpty();
    }

    private List<String> pictures() throws Exception {
        List<String> keys = new ArrayList<>();
        try (CaptureVersions versions = new CaptureVersions(AdminServers.storeProperties(settings))) {
            versions.list("", version -> keys.add(version.key()));
        }
        return keys;
    }

    private CommandRun run(String command) {
        return CommandRun.of(settings, command.split(" ", -1));
    }

    private CommandRun runWith(String key, String value, String command) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(key, value);
        return CommandRun.of(changed, command.split(" ", -1));
    }
}
