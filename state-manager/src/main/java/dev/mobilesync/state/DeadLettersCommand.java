package dev.mobilesync.state;

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

/**
 * {@code --dead-letters=list} and {@code --dead-letters=replay}: does that instead of starting the service. It reaches
 * the broker with the service's own settings.
 */
final class DeadLettersCommand {

    /** How it is given on the command line. */
    static final CommandLine.Command SYNTAX = new CommandLine.Command(
            "--dead-letters=<list|replay>", "lists or replays the dead letters, instead of starting the service");

    private static final String OPTION = "--dead-letters=";

    private DeadLettersCommand() {}

    /** Which action the arguments ask for, if one. */
    static Optional<String> parse(String... args) {
        return CliCommand.parse(OPTION, args);
    }

    /**
     * Does it and prints to {@code out}.
     *
     * @param args further settings, as the service takes them
     * @return the exit code: 0, 1 if it failed, 2 if there is no such action
     */
    static int run(String action, PrintStream out, String... args) {
        DeadLetters.Action what;
        try {
            what = DeadLetters.Action.valueOf(action.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            out.println("usage: " + OPTION + "list or " + OPTION + "replay");
            return 2;
        }
        try (ConfigurableApplicationContext context = CliCommand.start(Parts.class, StateManager.CONFIG_NAME, args)) {
            new DeadLetters(context.getBean(ConnectionFactory.class), context.getBean(ConfirmedPublisher.class), out)
                    .run(what);
            return 0;
        } catch (Exception e) {
            out.println("failed: " + reason(e));
            return 1;
        }
    }

    /** The innermost one, as the broker's client wraps what the broker said. */
    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    /** Not found by the service's own scan for configurations. */
    @EnableAutoConfiguration
    @Import(ServiceConfiguration.class)
    static class Parts {}
}
