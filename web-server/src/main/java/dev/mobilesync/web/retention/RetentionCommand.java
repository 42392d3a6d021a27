package dev.mobilesync.web.retention;

import dev.mobilesync.messages.Identifiers;
import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.RetentionHolds;
import io.minio.errors.MinioException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Optional;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The command {@code --retention}, which lists, adds and removes holds, and deletes expired pictures now. It runs instead of the
 * service, with its properties. It connects to the object store, and to Redis for {@code run} and {@code dry-run} only.
 */
public final class RetentionCommand {

    /** The option, for the command line help. */
    public static final CommandLine.Command SYNTAX = new CommandLine.Command(
            "--retention=<run|dry-run|holds|hold:<plan>|release:<plan>>",
            "deletes expired pictures, or manages the plans whose pictures are kept, then exits");

    private static final String OPTION = "--retention=";
    private static final String HOLD = "hold:";
    private static final String RELEASE = "release:";
    private static final int USAGE_ERROR = 2;
    private static final int BUSY = 3;

    private RetentionCommand() {}

    /** Returns the option's value; empty without the option. */
    public static Optional<String> parse(String... args) {
        return CliCommand.parse(OPTION, args);
    }

    /**
     * Runs an action.
     *
     * @param action the option's value
     * @param out receives the report
     * @param args further properties, as for the service
     * @return the exit code: 0, 1 if something failed or could not be deleted, 2 if {@code action} is invalid, 3 if another run
     *     is in progress
     */
    public static int run(String action, PrintStream out, String... args) {
        if (!isValid(action)) {
            out.println("usage: " + SYNTAX.syntax());
            return USAGE_ERROR;
        }
        try (ConfigurableApplicationContext context =
                        CliCommand.run(Beans.class, WebServerProperties.CONFIG_NAME, args);
                RetentionHolds holds = new RetentionHolds(
                        context.getBean(WebServerProperties.class).store())) {
            if (action.startsWith(HOLD)) {
                hold(action.substring(HOLD.length()), holds, out);
            } else if (action.startsWith(RELEASE)) {
                release(action.substring(RELEASE.length()), holds, out);
            } else if (action.equals("holds")) {
                holds.list().forEach((planId, since) -> out.println("held: plan " + planId + " since " + since));
            } else {
                return expire(action.equals("dry-run"), holds, context, out);
            }
            return 0;
        } catch (MinioException | RuntimeException e) {
            out.println("failed: " + CaptureVersions.reason(e));
            return 1;
        }
    }

    private static boolean isValid(String action) {
        return switch (action) {
            case "run", "dry-run", "holds" -> true;
            default ->
                action.startsWith(HOLD) && Identifiers.isValid(action.substring(HOLD.length()))
                        || action.startsWith(RELEASE) && Identifiers.isValid(action.substring(RELEASE.length()));
        };
    }

    private static void hold(String planId, RetentionHolds holds, PrintStream out) throws MinioException {
        holds.put(planId);
        audit("hold-pictures", planId);
        out.println("held: plan " + planId);
    }

    private static void release(String planId, RetentionHolds holds, PrintStream out) throws MinioException {
        audit("release-pictures", planId);
        holds.remove(planId);
        out.println("released: plan " + planId);
    }

    private static void audit(String action, String planId) {
        AuditEvent.of(action)
                .with("role", "operator")
                .with("who", System.getProperty("user.name", ""))
                .with("plan", planId)
                .with("examinee", "all")
                .write();
    }

    private static int expire(
            boolean dryRun, RetentionHolds holds, ConfigurableApplicationContext context, PrintStream out) {
        WebServerProperties properties = context.getBean(WebServerProperties.class);
        if (properties.pictureRetention().isZero()) {
            out.println("failed: the retention is disabled (MOBILE_SYNC_PICTURE_RETENTION=0)");
            return 1;
        }
        RetentionReport report = new RetentionReport(dryRun, out::println);
        try (CaptureVersions captures = new CaptureVersions(properties.store())) {
            RetentionSweep sweep = new RetentionSweep(
                    captures,
                    holds,
                    context.getBean(StringRedisTemplate.class),
                    properties.pictureRetention(),
                    RetentionConfiguration.PACE,
                    Clock.systemUTC());
            if (!sweep.run(report)) {
                out.println("another run is in progress; run the command again later");
                return BUSY;
            }
            out.println("total: " + report);
            return report.remaining() == 0 ? 0 : 1;
        } catch (MinioException | RuntimeException e) {
            out.println("NOT COMPLETE: stopped after " + report + ": " + CaptureVersions.reason(e));
            return 1;
        }
    }

    /** Not annotated with {@code @Configuration}, so the service's component scan skips it. */
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class
    })
    @EnableConfigurationProperties(WebServerProperties.class)
    static class Beans {}
}
