package dev.mobilesync.admin.doctor;

import dev.mobilesync.admin.command.AdminStorageConfiguration;
import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.service.properties.ServiceProperties;
import dev.mobilesync.service.publishing.PublishingConfiguration;
import dev.mobilesync.service.publishing.TopologyConfiguration;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.webhook.WebhookQueues;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.StoreProbe;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.ConnectionFactoryCustomizer;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;
import picocli.CommandLine.Command;

/** {@code doctor}. */
@Command(
        name = "doctor",
        description =
                "Checks the broker, its queues and permissions, Redis, the object store and the clocks, with the settings of"
                        + " the services. States each problem and its fix. Changes nothing that lasts; exits with 1 if there is a problem.")
public final class DoctorCommand implements Callable<Integer> {

    private final Console console;
    private final Settings settings;

    public DoctorCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    /** Without the declarations of the services: they would create queues. */
    @ImportAutoConfiguration(RabbitAutoConfiguration.class)
    @Import(AdminStorageConfiguration.class)
    @EnableConfigurationProperties({ServiceProperties.class, StateManagerProperties.class, SocketServerProperties.class
    })
    static class CommandConfiguration {

        @Bean
        ConnectionFactoryCustomizer rabbitTimeouts(ServiceProperties properties) {
            return PublishingConfiguration.timeouts(properties);
        }

        @Bean
        StoreProbe storeProbe(WebServerProperties properties) {
            return new StoreProbe(properties.store());
        }
    }

    /** The result as JSON. */
    record Result(List<Finding> findings, long ok, long warnings, long problems) {

        static Result of(List<Finding> findings) {
            return new Result(
                    findings,
                    count(findings, Finding.Severity.OK),
                    count(findings, Finding.Severity.WARNING),
                    count(findings, Finding.Severity.PROBLEM));
        }

        private static long count(List<Finding> findings, Finding.Severity severity) {
            return findings.stream()
                    .filter(finding -> finding.status() == severity)
                    .count();
        }
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        try (Progress progress = console.progress();
                ConfigurableApplicationContext context = settings.start(CommandConfiguration.class)) {
            for (Check check : checks(context)) {
                check.run(finding -> {
                    progress.clear();
                    findings.add(finding);
                    print(finding);
                    progress.update(() -> findings.size() + " checks done");
                });
            }
        }
        Result result = Result.of(findings);
        console.text(result.ok() + " ok, " + result.warnings() + " warnings, " + result.problems() + " problems");
        console.json(result);
        return result.problems() == 0 ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private static List<Check> checks(ConfigurableApplicationContext context) {
        List<Declarable> required =
                new ArrayList<>(TopologyConfiguration.topology().getDeclarables());
        required.addAll(WebhookQueues.topology(
                        context.getBean(StateManagerProperties.class).webhook())
                .getDeclarables());
        String socketQueue = context.getBean(SocketServerProperties.class).socketQueue();
        return List.of(
                new BrokerCheck(context.getBean(ConnectionFactory.class), required, socketQueue),
                new RedisCheck(context.getBean(StringRedisTemplate.class), Clock.systemUTC()),
                new StoreCheck(context.getBean(WebServerProperties.class).store(), context.getBean(StoreProbe.class)));
    }

    private void print(Finding finding) {
        console.text(
                String.format(Locale.ROOT, "%-7s  %-28s  %s", finding.status(), finding.subject(), finding.message()));
        if (finding.fix() != null) {
            console.text(String.format(Locale.ROOT, "%-7s  %-28s  fix: %s", "", "", finding.fix()));
        }
    }
}
