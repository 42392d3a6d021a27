package dev.mobilesync.state.deadletter;

import dev.mobilesync.service.ServiceConfiguration;
import dev.mobilesync.service.lifecycle.CliCommand;
import dev.mobilesync.service.lifecycle.CommandLine;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;

/**
 * {@code --dead-letters=} and {@code --webhook-dead-letters=}, each with {@code list} or {@code replay}: runs instead of the
 * service, with the service's connection settings. {@code mobile-sync-admin.jar dead-letters} replaces them; they will be removed
 * in a later release.
 */
public final class DeadLettersOption {

    public static final List<CommandLine.Command> SYNTAX = Arrays.stream(DeadLetterQueue.values())
            .map(queue -> new CommandLine.Command(
                    option(queue) + "<list|replay>",
                    "lists or replays the dead letters of " + queue.description()
                            + ", instead of starting the service (deprecated: mobile-sync-admin.jar dead-letters)"))
            .toList();

    private static final String LIST = "list";
    private static final String REPLAY = "replay";

    private final DeadLetterQueue queue;
    private final String action;

    private DeadLettersOption(DeadLetterQueue queue, String action) {
        this.queue = queue;
        this.action = action;
    }

    private static String option(DeadLetterQueue queue) {
        return queue == DeadLetterQueue.STATUS ? "--dead-letters=" : "--webhook-dead-letters=";
    }

    /** Returns the requested command, if any. */
    public static Optional<DeadLettersOption> parse(String... args) {
        return Arrays.stream(DeadLetterQueue.values())
                .flatMap(queue ->
                        CliCommand.parse(option(queue), args)
                                .map(action -> new DeadLettersOption(queue, action))
                                .stream())
                .findFirst();
    }

    /**
     * Runs the action and prints to {@code out}.
     *
     * @param configName base name of the service's configuration file
     * @param args further settings in the service's syntax
     * @return the exit code: 0 for success, 1 for failure, 2 for an unknown action
     */
    public int run(String configName, PrintStream out, String... args) {
        if (!action.equals(LIST) && !action.equals(REPLAY)) {
            out.println("usage: " + option(queue) + "list or " + option(queue) + "replay");
            return 2;
        }
        CliCommand.warnDeprecated(
                System.err,
                option(queue) + action,
                "dead-letters " + action + (queue == DeadLetterQueue.WEBHOOK ? " --webhooks" : "")
                        + (action.equals(REPLAY) ? " --all" : ""));
        boolean replay = action.equals(REPLAY);
        try (ConfigurableApplicationContext context = CliCommand.run(CommandConfiguration.class, configName, args)) {
            DeadLetters deadLetters = new DeadLetters(
                    queue, context.getBean(ConnectionFactory.class), context.getBean(ConfirmedPublisher.class));
            int handled = deadLetters.forEach(deadLetter -> {
                out.println(deadLetter);
                return replay ? DeadLetters.Decision.REPLAY : DeadLetters.Decision.KEEP;
            });
            out.println(handled + (replay ? " replayed" : " dead letters"));
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
