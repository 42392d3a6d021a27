package dev.mobilesync.admin.deadletter;

import dev.mobilesync.admin.command.AdminBrokerConfiguration;
import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Progress;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.state.deadletter.DeadLetter;
import dev.mobilesync.state.deadletter.DeadLetterQueue;
import dev.mobilesync.state.deadletter.DeadLetters;
import dev.mobilesync.state.deadletter.DeadLetters.Decision;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dead-letters list|show|replay|drop}. */
@Command(name = "dead-letters", description = "Lists, replays or drops messages that could not be processed.")
public final class DeadLettersCommand {

    private static final String WEBHOOKS = "--webhooks";
    private static final String WEBHOOKS_HELP = "The dead letters of webhooks instead of those of status_queue.";
    private static final String ID = "ID";
    private static final String ID_HELP = "The id that list prints.";

    private final Console console;
    private final Settings settings;

    public DeadLettersCommand(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Command(
            name = "list",
            description = "Prints id, type, examinee, size and reason of each; with --json one per line.")
    int list(@Option(names = WEBHOOKS, description = WEBHOOKS_HELP) boolean webhooks) {
        int listed = forEach(webhooks, deadLetter -> {
            DeadLetterSummary summary = DeadLetterSummary.of(deadLetter);
            console.text(summary.line());
            console.json(summary);
            return Decision.KEEP;
        });
        console.text(listed + " dead letters");
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Prints one with its headers and its body. Long texts, tokens and secrets are left out.")
    int show(
            @Parameters(paramLabel = ID, description = ID_HELP) String id,
            @Option(names = WEBHOOKS, description = WEBHOOKS_HELP) boolean webhooks) {
        Set<String> found = new TreeSet<>();
        forEach(webhooks, deadLetter -> {
            if (id.equals(deadLetter.id())) {
                found.add(id);
                DeadLetterDetails details = DeadLetterDetails.of(deadLetter);
                details.lines().forEach(console::text);
                console.json(details);
            }
            return Decision.KEEP;
        });
        return reportMissing(List.of(id), found);
    }

    @Command(
            name = "replay",
            description =
                    "Moves the named ones, or all, back to the queues that they came from. Repair the cause first.")
    int replay(
            @Parameters(arity = "0..*", paramLabel = ID, description = ID_HELP) @Nullable List<String> ids,
            @Option(names = "--all", description = "All that are in the queue now.") boolean all,
            @Option(names = WEBHOOKS, description = WEBHOOKS_HELP) boolean webhooks) {
        return decide(Decision.REPLAY, "replayed", ids, all, webhooks);
    }

    @Command(name = "drop", description = "Deletes the named ones, or all, for good.")
    int drop(
            @Parameters(arity = "0..*", paramLabel = ID, description = ID_HELP) @Nullable List<String> ids,
            @Option(names = "--all", description = "All that are in the queue now.") boolean all,
            @Option(names = WEBHOOKS, description = WEBHOOKS_HELP) boolean webhooks) {
        return decide(Decision.DROP, "dropped", ids, all, webhooks);
    }

    /**
     * @param given {@code null} if none were given
     */
    private int decide(Decision decision, String done, @Nullable List<String> given, boolean all, boolean webhooks) {
        List<String> ids = given == null ? List.of() : given;
        if (ids.isEmpty() != all) {
            console.error("give the ids of dead letters, or --all");
            return ExitCode.USAGE;
        }
        Predicate<DeadLetter> chosen = all ? any -> true : deadLetter -> ids.contains(deadLetter.id());
        Set<String> found = new TreeSet<>();
        int[] number = {0};
        try {
            forEach(webhooks, deadLetter -> {
                if (!chosen.test(deadLetter)) {
                    return Decision.KEEP;
                }
                found.add(deadLetter.id());
                number[0]++;
                return decision;
            });
        } finally {
            console.text(number[0] + " " + done);
            console.json(Map.of(done, number[0]));
        }
        return reportMissing(ids, found);
    }

    private int reportMissing(List<String> ids, Set<String> found) {
        List<String> missing = ids.stream().filter(id -> !found.contains(id)).toList();
        missing.forEach(id -> console.error("no dead letter has the id " + id));
        return missing.isEmpty() ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private int forEach(boolean webhooks, Function<DeadLetter, Decision> decide) {
        int[] read = {0};
        try (Progress progress = console.progress();
                ConfigurableApplicationContext context = settings.start(AdminBrokerConfiguration.class)) {
            return new DeadLetters(
                            webhooks ? DeadLetterQueue.WEBHOOK : DeadLetterQueue.STATUS,
                            context.getBean(ConnectionFactory.class),
                            context.getBean(ConfirmedPublisher.class))
                    .forEach(deadLetter -> {
                        progress.clear();
                        Decision decision = decide.apply(deadLetter);
                        read[0]++;
                        progress.update(() -> read[0] + " dead letters read");
                        return decision;
                    });
        }
    }
}
