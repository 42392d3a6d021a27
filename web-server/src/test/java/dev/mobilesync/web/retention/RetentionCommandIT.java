package dev.mobilesync.web.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.web.WebServer;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The command {@code --retention}. */
@ExtendWith(OutputCaptureExtension.class)
class RetentionCommandIT extends RetentionFixture {

    private static final FileStore FILES = FileStore.start();

    private String printed = "";

    RetentionCommandIT() {
        super(FILES.properties());
    }

    @AfterAll
    static void stopStore() {
        FILES.close();
    }

    @Override
    void putOld(CaptureMetadata capture, byte[] picture) throws Exception {
        pictures.put(capture, picture, TimeLimit.in(LIMIT));
        FILES.setStoredAt(versions.key(capture.examinee()), Instant.now().minus(Duration.ofDays(40)));
    }

    @Test
    void holdsAndReleasesPlan(CapturedOutput output) throws Exception {
        putOld(P1_E1, 1);
        putOld(P2_E3, 2);

        assertThat(run("hold:P001")).as(printed).isZero();
        assertThat(run("holds")).isZero();
        assertThat(printed).containsPattern("held: plan P001 since \\d{4}-").doesNotContain("P002");
        assertThat(run("run")).as(printed).isZero();
        assertThat(printed)
                .contains("held: captures/E001/sync_cap.jpg of plan P001", "deleted: captures/E003/sync_cap.jpg")
                .contains("total: 1 pictures and 0 delete markers deleted, 1 held");
        assertThat(find(P1_E1)).isEqualTo(P1_E1);

        assertThat(run("release:P001")).as(printed).isZero();
        assertThat(run("holds")).isZero();
        assertThat(printed).isEmpty();
        assertThat(run("run")).as(printed).isZero();
        assertThat(find(P1_E1)).isNull();
        String user = System.getProperty("user.name");
        assertThat(output.getAll())
                .contains("action=hold-pictures role=operator who=" + user + " plan=P001 examinee=all")
                .contains("action=release-pictures role=operator who=" + user + " plan=P001 examinee=all");
    }

    @Test
    void dryRunDeletesNothing(CapturedOutput output) throws Exception {
        putOld(P1_E1, 1);

        assertThat(run("dry-run")).as(printed).isZero();

        assertThat(printed)
                .contains("would be deleted: captures/E001/sync_cap.jpg", "total: 1 pictures")
                .contains("would be deleted, 0 held");
        assertThat(find(P1_E1)).isEqualTo(P1_E1);
        assertThat(output.getAll()).doesNotContain("action=expire");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "hold:", "hold:P 1", "release:../x"})
    void rejectsOtherActions(String action) {
        assertThat(run(action)).isEqualTo(2);
        assertThat(printed).contains("usage: --retention=");
    }

    @Test
    void failsIfDisabled() throws Exception {
        putOld(P1_E1, 1);
        assertThat(run("run", "--mobile-sync.picture-retention=0")).isEqualTo(1);
        assertThat(printed).contains("the retention is disabled");
        assertThat(find(P1_E1)).isEqualTo(P1_E1);
    }

    @Test
    void failsWithoutStore() throws Exception {
        putOld(P1_E1, 1);
        for (String action : List.of("run", "holds", "hold:P001", "release:P001")) {
            assertThat(run(action, "--mobile-sync.store.secret-key=wrong-secret-key"))
                    .as(action)
                    .isEqualTo(1);
            assertThat(printed).contains("the store rejected the request: SignatureDoesNotMatch");
        }
        assertThat(find(P1_E1)).isEqualTo(P1_E1);
    }

    @Test
    void resumesAfterKill(@TempDir Path directory) throws Exception {
        int number = 150;
        for (int i = 0; i < number; i++) {
            putOld(new ExamineeKey("P001", "E" + i), 1);
        }
        List<String> command = new ArrayList<>(
                List.of(ChildProcess.java(), "-cp", System.getProperty("java.class.path"), WebServer.class.getName()));
        command.addAll(List.of(arguments("run")));
        try (ChildProcess killed = ChildProcess.start(directory, directory.resolve("out"), Map.of(), command)) {
            killed.awaitOutput("deleted: ").kill();
        }
        assertThat(pictures()).hasSizeBetween(1, number - 1);

        assertThat(run("run")).as("the lease of the killed process").isEqualTo(3);
        // It expires after two minutes.
        redis.delete("mobile_sync:sweep:retention:lease");
        assertThat(run("run")).as(printed).isZero();
        assertThat(pictures()).isEmpty();
    }

    private List<CaptureVersions.Version> pictures() throws Exception {
        List<CaptureVersions.Version> found = new ArrayList<>();
        versions.list("", found::add);
        return found;
    }

    private int run(String action, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] arguments = arguments(action, more);
        int exit = RetentionCommand.run(
                RetentionCommand.parse(arguments).orElseThrow(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                arguments);
        printed = out.toString(StandardCharsets.UTF_8);
        return exit;
    }

    private String[] arguments(String action, String... more) {
        Map<String, String> settings = new TreeMap<>(servers);
        for (String setting : more) {
            String[] parts = setting.substring(2).split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        List<String> arguments = new ArrayList<>(List.of("--retention=" + action));
        settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        return arguments.toArray(String[]::new);
    }
}
