package dev.mobilesync.admin.erasure;

import dev.mobilesync.admin.command.AdminStorageConfiguration;
import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.web.erasure.Erasure;
import dev.mobilesync.web.erasure.ErasureReport;
import dev.mobilesync.web.erasure.ErasureReport.Item;
import dev.mobilesync.web.erasure.ErasureScope;
import dev.mobilesync.web.store.CaptureVersions;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code erase PLAN [EXAMINEE]}. */
@Command(
        name = "erase",
        description =
                "Erases all data of an examinee, or of all examinees of a plan, for good. With --json it prints each item,"
                        + " and the totals at the end.")
public final class EraseCommand implements Callable<Integer> {

    private final Console console;
    private final Settings settings;

    @Parameters(index = "0", paramLabel = "PLAN")
    private String planId = "";

    @Parameters(index = "1", paramLabel = "EXAMINEE", arity = "0..1", description = "Without it, the whole plan.")
    private @Nullable String examineeId;

    @Option(names = "--dry-run", description = "Prints what would be erased, and erases nothing.")
    private boolean dryRun;

    public EraseCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public Integer call() {
        ErasureScope scope;
        try {
            scope = new ErasureScope(planId, examineeId);
        } catch (IllegalArgumentException e) {
            console.error(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        }
        try (Progress progress = console.progress();
                ConfigurableApplicationContext context = settings.start(AdminStorageConfiguration.class)) {
            Erasure erasure = new Erasure(
                    context.getBean(CaptureVersions.class),
                    context.getBean(StringRedisTemplate.class),
                    dryRun,
                    item -> print(item, progress),
                    listed -> progress.update(() -> listed + " versions listed"));
            ErasureReport report = erasure.erase(scope, System.getProperty("user.name", ""));
            progress.clear();
            report.total().lines().forEach(console::text);
            console.json(Map.of(
                    "dryRun",
                    dryRun,
                    "total",
                    report.totalErased(),
                    "kinds",
                    report.erased(),
                    "remaining",
                    report.remaining()));
            return report.remaining() == 0 ? ExitCode.OK : ExitCode.PROBLEM;
        }
    }

    private void print(Item item, Progress progress) {
        progress.clear();
        console.text(item.toString());
        console.json(item);
    }
}
