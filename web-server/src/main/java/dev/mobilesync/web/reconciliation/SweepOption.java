package dev.mobilesync.web.reconciliation;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureVersions;
import io.micrometer.observation.ObservationRegistry;
import io.minio.errors.MinioException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The command {@code --sweep}, which publishes the status of every orphaned capture again. It runs instead of the service and
 * connects to the backing services with its properties. {@code mobile-sync-admin.jar sweep} replaces it; it will be removed in a
 * later release.
 */
public final class SweepOption {

    private static final String OPTION = "--sweep";
    private static final int BUSY = 3;

    /** The option, for the command line help. */
    public static final CommandLine.Command SYNTAX = new CommandLine.Command(
            OPTION,
            "publishes the status of stored captures that no record references, then exits (deprecated: mobile-sync-admin.jar sweep)");

    private SweepOption() {}

    /** Whether the arguments contain the option. */
    public static boolean parse(String... args) {
        return Arrays.asList(args).contains(OPTION);
    }

    /**
     * Runs the reconciliation.
     *
     * @param out receives the report
     * @param args further properties, as for the service
     * @return the exit code: 0, 1 if something could not be read or published, 3 if another sweep is running
     */
    public static int run(PrintStream out, String... args) {
        CliCommand.warnDeprecated(System.err, OPTION, "sweep");
        ReconciliationReport report = new ReconciliationReport(out::println, inspected -> {});
        try (ConfigurableApplicationContext context =
                        CliCommand.run(Beans.class, WebServerProperties.CONFIG_NAME, args);
                CaptureVersions captures = new CaptureVersions(
                        context.getBean(WebServerProperties.class).store())) {
            CaptureReconciliation reconciliation = new CaptureReconciliation(
                    captures,
                    context.getBean(StringRedisTemplate.class),
                    context.getBean(ConfirmedPublisher.class),
                    context.getBean(WebServerProperties.class).stateTtl(),
                    Duration.ZERO,
                    context.getBean(Clock.class));
            if (!reconciliation.reconcileAll(report)) {
                out.println("another sweep is running; run the command again later");
                return BUSY;
            }
            out.println("total: " + report);
            return report.isComplete() ? 0 : 1;
        } catch (MinioException | DataAccessException | PublishFailedException | RedisLease.LeaseLostException e) {
            out.println("NOT COMPLETE: stopped after " + report + ": " + e);
            return 1;
        } catch (RuntimeException e) {
            out.println("failed: " + e.getMessage());
            return 1;
        }
    }

    /** Not annotated with {@code @Configuration}, so the service's component scan skips it. */
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class,
        RabbitAutoConfiguration.class
    })
    @Import(ServiceConfiguration.class)
    @EnableConfigurationProperties(WebServerProperties.class)
    static class Beans {

        @Bean
        ObservationRegistry observations() {
            return ObservationRegistry.NOOP;
        }
    }
}
