package dev.mobilesync.admin.retention;

import dev.mobilesync.admin.command.AdminStorageConfiguration;
import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Failures;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.retention.RetentionReport;
import dev.mobilesync.web.retention.RetentionRun;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.RetentionHolds;
import io.minio.errors.MinioException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code retention run|hold|release|list}. */
@Command(
        name = "retention",
        description = "Deletes pictures whose retention time has passed, or holds the pictures of a plan.")
public final class RetentionCommand {

    private static final String PLAN = "PLAN";

    private final Console console;
    private final Settings settings;

    public RetentionCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    /** A held plan, or one that was released, as JSON. */
    record Hold(String planId, boolean held) {}

    /** A held plan in a list, as JSON. */
    record ListedHold(String planId, Instant since) {}

    /**
     * The result of a run as JSON.
     *
     * @param complete whether nothing that has expired remains, except for held pictures
     */
    record Result(boolean dryRun, int deleted, int held, int remaining, List<String> findings, boolean complete) {}

    @Command(name = "hold", description = "Keeps the pictures of a plan until it is released.")
    int hold(@Parameters(paramLabel = PLAN) String planId) throws MinioException {
        if (isInvalid(planId)) {
            return ExitCode.USAGE;
        }
        return withHolds(holds -> {
            holds.put(planId);
            audit("hold-pictures", planId);
            console.text("held: plan " + planId);
            console.json(new Hold(planId, true));
        });
    }

    @Command(name = "release", description = "Ends the hold of a plan. The next run deletes its expired pictures.")
    int release(@Parameters(paramLabel = PLAN) String planId) throws MinioException {
        if (isInvalid(planId)) {
            return ExitCode.USAGE;
        }
        return withHolds(holds -> {
            audit("release-pictures", planId);
            holds.remove(planId);
            console.text("released: plan " + planId);
            console.json(new Hold(planId, false));
        });
    }

    @Command(name = "list", description = "Prints the held plans; with --json one per line.")
    int list() throws MinioException {
        return withHolds(holds -> holds.list().forEach((planId, since) -> {
            console.text("held: plan " + planId + " since " + since);
            console.json(new ListedHold(planId, since));
        }));
    }

    @Command(
            name = "run",
            description = "Deletes the expired pictures of all plans that are not held, now instead of within hours.")
    int run(
            @Option(names = "--dry-run", description = "Prints what would be deleted, and deletes nothing.")
                    boolean dryRun) {
        try (Progress progress = console.progress();
                ConfigurableApplicationContext context = settings.start(AdminStorageConfiguration.class);
                RetentionHolds holds = holds(context)) {
            Duration retention = context.getBean(WebServerProperties.class).pictureRetention();
            if (retention.isZero()) {
                console.error("the retention is disabled (MOBILE_SYNC_PICTURE_RETENTION=0)");
                return ExitCode.USAGE;
            }
            RetentionRun retentionRun = new RetentionRun(
                    context.getBean(CaptureVersions.class),
                    holds,
                    context.getBean(StringRedisTemplate.class),
                    retention,
                    Clock.systemUTC());
            return run(retentionRun, dryRun, progress);
        }
    }

    private int run(RetentionRun retentionRun, boolean dryRun, Progress progress) {
        List<String> findings = new ArrayList<>();
        RetentionReport report = new RetentionReport(
                dryRun,
                finding -> {
                    progress.clear();
                    console.text(finding);
                    findings.add(finding);
                },
                listed -> progress.update(() -> listed + " versions listed"));
        try {
            boolean done = retentionRun.run(report);
            progress.clear();
            if (!done) {
                console.error("another run is in progress; run the command again later");
                return ExitCode.UNAVAILABLE;
            }
        } catch (MinioException | RuntimeException e) {
            progress.clear();
            console.error("NOT COMPLETE: stopped after " + report + ": " + Failures.message(e));
            print(report, findings, dryRun, false);
            return Failures.exitCode(e);
        }
        console.text("total: " + report);
        boolean complete = report.remaining() == 0;
        print(report, findings, dryRun, complete);
        return complete ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private void print(RetentionReport report, List<String> findings, boolean dryRun, boolean complete) {
        console.json(
                new Result(dryRun, report.totalDeleted(), report.totalHeld(), report.remaining(), findings, complete));
    }

    private int withHolds(Action action) throws MinioException {
        try (ConfigurableApplicationContext context = settings.start(AdminStorageConfiguration.class);
                RetentionHolds holds = holds(context)) {
            action.accept(holds);
            return ExitCode.OK;
        }
    }

    @FunctionalInterface
    private interface Action {

        void accept(RetentionHolds holds) throws MinioException;
    }

    private static RetentionHolds holds(ConfigurableApplicationContext context) {
        return new RetentionHolds(context.getBean(WebServerProperties.class).store());
    }

    private boolean isInvalid(String planId) {
        if (Identifiers.isValid(planId)) {
            return false;
        }
        console.error("planId is invalid");
        return true;
    }

    private static void audit(String action, String planId) {
        AuditEvent.of(action)
                .with("role", "operator")
                .with("who", System.getProperty("user.name", ""))
                .with("plan", planId)
                .with("examinee", "all")
                .write();
    }
}
