package dev.mobilesync.state.deadletter;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

/**
 * {@code --dead-letters=list} and {@code --dead-letters=replay}: runs instead of the service, with the service's
 * connection settings.
 */
public final class DeadLettersCommand {

    public static final CommandLine.Command SYNTAX = new CommandLine.Command(
            "--dead-letters=<list|replay>", "lists or replays the dead letters, instead of starting the service");

    private static final String OPTION = "--dead-letters=";

    private DeadLettersCommand() {}

    /** Returns the requested action, if any. */
    public static Optional<String> parse(String... args) {
        return CliCommand.parse(OPTION, args);
    }

    /**
     * Runs the action and prints to {@code out}.
     *
     * @param configName base name of the service's configuration file
     * @param args further settings in the service's syntax
     * @return the exit code: 0 for success, 1 for failure, 2 for an unknown action
     */
    public static int run(String configName, String action, PrintStream out, String... args) {
        DeadLetters.Action parsed;
        try {
            parsed = DeadLetters.Action.valueOf(action.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            out.println("usage: " + OPTION + "list or " + OPTION + "replay");
            return 2;
        }
        try (ConfigurableApplicationContext context = CliCommand.run(CommandConfiguration.class, configName, args)) {
            new DeadLetters(context.getBean(ConnectionFactory.class), context.getBean(ConfirmedPublisher.class), out)
                    .run(parsed);
            return 0;
        } catch (Exception e) {
            // The client library wraps the broker's reply.
            out.println("failed: " + NestedExceptionUtils.getMostSpecificCause(e));
            return 1;
        }
    }

    @EnableAutoConfiguration
    @Import(ServiceConfiguration.class)
    static class CommandConfiguration {}
}
