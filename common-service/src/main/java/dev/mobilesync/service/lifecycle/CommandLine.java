package dev.mobilesync.service.lifecycle;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The arguments that a program accepts. Any other argument is an error, so that a misspelt command does not start the
 * service.
 *
 * @param jar the name of the program's file
 * @param purpose what the program does without a command
 * @param commands the commands, of which at most one may be given
 * @param takesSettings whether Spring's settings ({@code --server.port=8080}) are accepted
 * @param notes printed below the usage; may be empty
 */
public record CommandLine(String jar, String purpose, List<Command> commands, boolean takesSettings, String notes) {

    private static final int OK = 0;
    private static final int USAGE_ERROR = 2;
    private static final Command HELP = new Command("--help", "prints this");
    private static final Command VERSION = new Command("--version", "prints the version");

    /**
     * A command.
     *
     * @param syntax such as {@code --sweep}, or {@code --erase=<plan>} if it takes a value
     * @param description one line for the usage
     */
    public record Command(String syntax, String description) {

        private String name() {
            return hasValue() ? syntax.substring(0, syntax.indexOf('=')) : syntax;
        }

        private boolean hasValue() {
            return syntax.indexOf('=') >= 0;
        }

        private boolean matches(String argument) {
            return hasValue() ? argument.startsWith(name() + "=") : argument.equals(name());
        }
    }

    /**
     * Checks the arguments. Prints the usage or the version on request, and errors.
     *
     * @return the exit code if the program must exit: 0 after help or version, 2 after an error
     */
    public OptionalInt check(PrintStream out, PrintStream err, String... arguments) {
        List<String> given = Arrays.asList(arguments);
        if (given.contains(HELP.name())) {
            out.print(usage());
            return OptionalInt.of(OK);
        }
        if (given.contains(VERSION.name())) {
            out.println(jar + " " + CliCommand.version());
            return OptionalInt.of(OK);
        }
        List<String> errors = errors(given);
        if (errors.isEmpty()) {
            return OptionalInt.empty();
        }
        errors.forEach(err::println);
        err.print("\n" + usage());
        return OptionalInt.of(USAGE_ERROR);
    }

    private List<String> errors(List<String> arguments) {
        List<String> errors = new ArrayList<>();
        int given = 0;
        for (String argument : arguments) {
            if (commands.stream().anyMatch(command -> command.matches(argument))) {
                given++;
            } else if (!takesSettings || !CliCommand.isSetting(argument)) {
                errors.add(error(argument));
            }
        }
        if (given > 1) {
            errors.add("only one command at a time");
        }
        return errors;
    }

    private String error(String argument) {
        String name = argument.replaceFirst("=.*", "");
        return commands.stream()
                .filter(command -> command.name().equals(name))
                .findFirst()
                .map(command -> "malformed argument " + argument + ": expected " + command.syntax())
                .orElse("unknown argument " + argument);
    }

    private String usage() {
        StringBuilder usage = new StringBuilder("Usage: java -jar " + jar + " [COMMAND]"
                + (takesSettings ? " [--KEY=VALUE]..." : "") + "\n\n" + purpose + "\n\n");
        List<Command> all =
                Stream.concat(commands.stream(), Stream.of(HELP, VERSION)).toList();
        int width = all.stream()
                .mapToInt(command -> command.syntax().length())
                .max()
                .orElse(0);
        for (Command command : all) {
            usage.append(
                    String.format(Locale.ROOT, "  %-" + width + "s  %s%n", command.syntax(), command.description()));
        }
        if (takesSettings) {
            usage.append(
                    "\nSettings begin with --server., --spring., --management., --logging. or --mobile-sync.; the same"
                            + "\nnames in capitals are environment variables (docs/configuration.md).\n");
        }
        return usage + notes;
    }
}
