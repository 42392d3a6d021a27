package dev.mobilesync.service.lifecycle;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What an operator asks of a service's program instead of starting the service, with the service's own settings. */
public final class CliCommand {

    private CliCommand() {}

    /**
     * What the arguments ask of it, if they ask for it.
     *
     * @param option such as {@code --erase=}
     */
    public static Optional<String> parse(String option, String... args) {
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(option))
                .map(arg -> arg.substring(option.length()))
                .findFirst();
    }

    /**
     * What it needs of the service. It says nothing of its own but warnings.
     *
     * @param parts its configuration; nested in a class that is no configuration, it is not found by the service's own scan
     * @param configName of the service's files
     * @param args further settings, as the service takes them
     * @throws RuntimeException Spring's own, if a setting is wrong
     */
    public static ConfigurableApplicationContext start(Class<?> parts, String configName, String... args) {
        return new SpringApplicationBuilder(parts)
                .properties(
                        "spring.config.name=" + configName,
                        "spring.main.log-startup-info=false",
                        // What readiness asks is not there.
                        "management.endpoint.health.validate-group-membership=false",
                        "logging.level.root=warn")
                .run(withoutWebServer(args));
    }

    /** The service's own file says otherwise, and wins over all but arguments. */
    private static String[] withoutWebServer(String... args) {
        return Stream.concat(Stream.of("--spring.main.web-application-type=none"), Arrays.stream(args))
                .toArray(String[]::new);
    }
}
