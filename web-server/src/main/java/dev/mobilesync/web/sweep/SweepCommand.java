package dev.mobilesync.web.sweep;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.PublishFailedException;
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
 * {@code --sweep}: looks for pictures that no record speaks of, among all that a record may speak of, instead of starting
 * the service. It reaches the servers with the service's own settings.
 */
public final class SweepCommand {

    private static final String OPTION = "--sweep";

    /** How it is given on the command line. */
    public static final CommandLine.Command SYNTAX = new CommandLine.Command(
            OPTION, "publishes again what was stored but not published, instead of starting the service");

    private SweepCommand() {}

    /** Whether the arguments ask for it. */
    public static boolean parse(String... args) {
        return Arrays.asList(args).contains(OPTION);
    }

    /**
     * Does it and prints to {@code out}.
     *
     * @param args further settings, as the service takes them
     * @return the exit code: 0, 1 if something could not be looked at or published, 2 if another sweep is under way
     */
    public static int run(PrintStream out, String... args) {
        ReconciliationReport report = ReconciliationReport.to(out);
        try (ConfigurableApplicationContext context =
                        CliCommand.start(Parts.class, WebServerProperties.CONFIG_NAME, args);
                CaptureVersions pictures = new CaptureVersions(
                        context.getBean(WebServerProperties.class).store())) {
            Sweeper sweeper = new Sweeper(
                    pictures,
                    context.getBean(StringRedisTemplate.class),
                    context.getBean(ConfirmedPublisher.class),
                    context.getBean(ReconciliationProperties.class).stateTtl(),
                    Duration.ZERO,
                    context.getBean(Clock.class));
            if (!sweeper.sweepAll(report)) {
                out.println("another sweep is under way: try again in a moment");
                return 2;
            }
            out.println("total: " + report);
            return report.isWhole() ? 0 : 1;
        } catch (MinioException
                | DataAccessException
                | PublishFailedException
                | CaptureReconciliation.LeaseLostException e) {
            out.println("NOT COMPLETE: " + report + ", then it failed: " + e);
            return 1;
        } catch (RuntimeException e) {
            out.println("failed: " + e.getMessage());
            return 1;
        }
    }

    /** Not found by the service's own scan for configurations. */
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        SslAutoConfiguration.class,
        DataRedisAutoConfiguration.class,
        RabbitAutoConfiguration.class
    })
    @Import(ServiceConfiguration.class)
    @EnableConfigurationProperties({WebServerProperties.class, ReconciliationProperties.class})
    static class Parts {

        @Bean
        ObservationRegistry observations() {
            return ObservationRegistry.NOOP;
        }
    }
}
