package dev.mobilesync.admin.sweep;

import dev.mobilesync.admin.command.AdminBrokerConfiguration;
import dev.mobilesync.admin.command.AdminStorageConfiguration;
import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Failures;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.reconciliation.CaptureReconciliation;
import dev.mobilesync.web.reconciliation.ReconciliationReport;
import dev.mobilesync.web.store.CaptureVersions;
import io.minio.errors.MinioException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;
import picocli.CommandLine.Command;

/** {@code sweep}. */
@Command(
        name = "sweep",
        description =
                "Publishes the status of each stored picture that no record references again, as after a crash or a loss of"
                        + " Redis's data. Harmless at any time.")
public final class SweepCommand implements Callable<Integer> {

    private final Console console;
    private final Settings settings;

    public SweepCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Import({AdminBrokerConfiguration.class, AdminStorageConfiguration.class})
    static class CommandConfiguration {}

    /**
     * The result as JSON.
     *
     * @param complete whether everything could be read
     */
    record Result(int inspected, Map<String, Integer> found, List<String> findings, boolean complete) {}

    @Override
    public Integer call() {
        List<String> findings = new ArrayList<>();
        try (Progress progress = console.progress();
                ConfigurableApplicationContext context = settings.start(CommandConfiguration.class)) {
            ReconciliationReport report = new ReconciliationReport(
                    finding -> {
                        progress.clear();
                        console.text(finding);
                        findings.add(finding);
                    },
                    inspected -> progress.update(() -> inspected + " captures inspected"));
            boolean done;
            try {
                done = reconciliation(context).reconcileAll(report);
            } catch (MinioException | RuntimeException e) {
                progress.clear();
                console.error("NOT COMPLETE: stopped after " + report + ": " + Failures.message(e));
                print(report, findings, false);
                return Failures.exitCode(e);
            }
            progress.clear();
            if (!done) {
                console.error("another sweep is running; run the command again later");
                return ExitCode.UNAVAILABLE;
            }
            console.text("total: " + report);
            print(report, findings, report.isComplete());
            return report.isComplete() ? ExitCode.OK : ExitCode.PROBLEM;
        }
    }

    private static CaptureReconciliation reconciliation(ConfigurableApplicationContext context) {
        return new CaptureReconciliation(
                context.getBean(CaptureVersions.class),
                context.getBean(StringRedisTemplate.class),
                context.getBean(ConfirmedPublisher.class),
                context.getBean(WebServerProperties.class).stateTtl(),
                Duration.ZERO,
                context.getBean(Clock.class));
    }

    private void print(ReconciliationReport report, List<String> findings, boolean complete) {
        console.json(new Result(report.inspected(), report.found(), findings, complete));
    }
}
