package dev.mobilesync.service.lifecycle;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A command that an operator runs with a service's jar and configuration, without starting the service. */
public final class CliCommand {

    private static final Pattern SETTING =
            Pattern.compile("--(server|spring|management|logging|mobile-sync)\\.[^=\\s]+=.*", Pattern.DOTALL);

    private CliCommand() {}

    /** Whether the argument is one of Spring's settings, such as {@code --server.port=8080}. */
    public static boolean isSetting(String argument) {
        return SETTING.matcher(argument).matches();
    }

    /** Reads the version from the jar's manifest. */
    public static String version() {
        String version = CliCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(not built)" : version;
    }

    /**
     * Returns the option's value if the arguments contain the option.
     *
     * @param option such as {@code --erase=}
     */
    public static Optional<String> parse(String option, String... args) {
        return Arrays.stream(args)
                .filter(arg -> arg.startsWith(option))
                .map(arg -> arg.substring(option.length()))
                .findFirst();
    }

    /** Prints that {@code mobile-sync-admin.jar} replaces the option, which will be removed in a later release. */
    public static void warnDeprecated(PrintStream err, String option, String replacement) {
        err.println(option + " is deprecated; it is now: java -jar mobile-sync-admin.jar " + replacement);
    }

    /**
     * Runs a Spring application with the parts of the service that the command needs. It logs warnings and
     * the audit log only.
     *
     * @param parts the configuration class; nest it in a class that is not a configuration, so that the service's
     *     component scan does not find it
     * @param configName base name of the service's configuration file; of several, separated by commas, the last one
     *     takes precedence
     * @param args the service's settings
     * @throws RuntimeException Spring's exception if a setting is invalid
     */
    public static ConfigurableApplicationContext run(Class<?> parts, String configName, String... args) {
        return new SpringApplicationBuilder(parts)
                .properties(
                        "spring.config.name=" + configName,
                        "spring.main.log-startup-info=false",
                        // The readiness group names indicators that this context lacks.
                        "management.endpoint.health.validate-group-membership=false",
                        "logging.level.root=warn")
                .run(withoutWebServer(args));
    }

    /** Only arguments override the service's configuration file. */
    private static String[] withoutWebServer(String... args) {
        return Stream.concat(Stream.of("--spring.main.web-application-type=none"), Arrays.stream(args))
                .toArray(String[]::new);
    }
}
