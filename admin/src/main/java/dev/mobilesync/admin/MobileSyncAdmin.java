package dev.mobilesync.admin;

import dev.mobilesync.admin.command.Console;
import dev.mobilesync.admin.command.ExitCode;
import dev.mobilesync.admin.command.Failures;
import dev.mobilesync.admin.command.Settings;
import dev.mobilesync.admin.deadletter.DeadLettersCommand;
import dev.mobilesync.admin.doctor.DoctorCommand;
import dev.mobilesync.admin.erasure.EraseCommand;
import dev.mobilesync.admin.retention.RetentionCommand;
import dev.mobilesync.admin.story.StoryCommand;
import dev.mobilesync.admin.sweep.SweepCommand;
import dev.mobilesync.service.lifecycle.CliCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line of operators. It starts no service. */
@Command(
        name = "mobile-sync-admin",
        description = "Checks and repairs an installation of mobile-sync.",
        mixinStandardHelpOptions = true,
        versionProvider = MobileSyncAdmin.Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, no problem",
            "1:a problem was found, or a part could not be done",
            "2:an argument or a setting is invalid",
            "3:a server does not answer, or another instance is at work; try again later"
        },
        footer = {
            "",
            "Settings are those of the services: environment variables, or --KEY=VALUE with keys that begin with --spring. or"
                    + " --mobile-sync. (docs/configuration.md)."
        })
public final class MobileSyncAdmin {

    private final Console console;

    private MobileSyncAdmin(Console console) {
        this.console = console;
    }

    public static void main(String[] arguments) {
        PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Logs, which Spring Boot writes to standard output, must not mix with the results.
        System.setOut(System.err);
        boolean terminal = CommandLine.Help.Ansi.AUTO.enabled();
        Console console = new Console(results, System.err, terminal, System::nanoTime);
        System.exit(run(console, results, System.err, arguments));
    }

    /**
     * Runs a command.
     *
     * @return its {@link ExitCode}
     */
    static int run(Console console, PrintStream out, PrintStream err, String... arguments) {
        List<String> settings =
                Arrays.stream(arguments).filter(CliCommand::isSetting).toList();
        String[] command = Arrays.stream(arguments)
                .filter(argument -> !CliCommand.isSetting(argument))
                .toArray(String[]::new);
        return commandLine(console, new Settings(settings))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(command);
    }

    private static CommandLine commandLine(Console console, Settings settings) {
        return new CommandLine(new MobileSyncAdmin(console))
                .addSubcommand(new DoctorCommand(console, settings))
                .addSubcommand(new DeadLettersCommand(console, settings))
                .addSubcommand(new StoryCommand(console, settings))
                .addSubcommand(new SweepCommand(console, settings))
                .addSubcommand(new EraseCommand(console, settings))
                .addSubcommand(new RetentionCommand(console, settings))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    console.error(Failures.message(failure));
                    return Failures.exitCode(failure);
                });
    }

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Prints JSON on standard output: one document, or one per line for a list.")
    void setJson(boolean json) {
        console.setJson(json);
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"mobile-sync-admin.jar " + CliCommand.version()};
        }
    }
}
