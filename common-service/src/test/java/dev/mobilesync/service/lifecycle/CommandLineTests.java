package dev.mobilesync.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTests {

    private static final List<CommandLine.Command> COMMANDS = List.of(
            new CommandLine.Command("--sweep", "looks for pictures"),
            new CommandLine.Command("--erase=<plan>[/<examinee>]", "erases them"));
    private static final CommandLine SERVICE =
            new CommandLine("service.jar", "Starts the service.", COMMANDS, true, "");
    private static final CommandLine WITHOUT_SETTINGS =
            new CommandLine("service.jar", "Starts the service.", COMMANDS, false, "\nNotes.\n");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--sweep",
                "--erase=P001",
                "--erase=P001/E001",
                "--server.port=8080",
                "--spring.rabbitmq.host=localhost",
                "--management.server.port=0",
                "--logging.level.root=debug",
                "--mobile-sync.store.endpoint=http://localhost:9000/?a=b",
                "--mobile-sync.allowed-origins[0]=https://exam.example.com",
                "--mobile-sync.public-url="
            })
    void acceptsCommandsAndSettings(String argument) {
        assertThat(check(SERVICE, argument)).isEmpty();
        assertThat(check(SERVICE, "--server.port=1", argument)).isEmpty();
        assertThat(printed()).isEmpty();
    }

    @Test
    void acceptsNoArguments() {
        assertThat(check(SERVICE)).isEmpty();
        assertThat(check(WITHOUT_SETTINGS)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "--",
                "sweep",
                "-sweep",
                "--Sweep",
                "--sweeps",
                "--swep",
                "erase=P001",
                "--debug",
                "--server.port",
                "--server=8080",
                "--server.=8080",
                "--serverport=8080",
                "server.port=8080",
                "--user.name=x",
                "-h",
                "help",
                "--help=1",
                "start"
            })
    void rejectsUnknownArguments(String argument) {
        assertThat(check(SERVICE, "--sweep", argument)).hasValue(2);
        assertThat(printed()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("unknown argument " + argument + "\n\nUsage: java -jar service.jar");
    }

    @ParameterizedTest
    @CsvSource({"--erase, --erase=<plan>[/<examinee>]", "--sweep=now, --sweep", "--sweep=, --sweep"})
    void rejectsMalformedCommands(String argument, String syntax) {
        assertThat(check(SERVICE, argument)).hasValue(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("malformed argument " + argument + ": expected " + syntax + "\n\nUsage: ");
    }

    @Test
    void rejectsValueAsSeparateArgument() {
        assertThat(check(SERVICE, "--erase", "P001")).hasValue(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("malformed argument --erase", "unknown argument P001");
    }

    @Test
    void rejectsTwoCommands() {
        assertThat(check(SERVICE, "--sweep", "--erase=P001")).hasValue(2);
        assertThat(check(SERVICE, "--erase=P001", "--erase=P002")).hasValue(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("only one command at a time\n");
    }

    @Test
    void rejectsUnsupportedSettings() {
        assertThat(check(WITHOUT_SETTINGS, "--server.port=8080")).hasValue(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("unknown argument --server.port=8080\n");
    }

    @Test
    void printsHelp() {
        assertThat(check(WITHOUT_SETTINGS, "--help")).hasValue(0);
        assertThat(printed()).isEqualTo("""
                Usage: java -jar service.jar [COMMAND]

                Starts the service.

                  --sweep                      looks for pictures
                  --erase=<plan>[/<examinee>]  erases them
                  --help                       prints this
                  --version                    prints the version

                Notes.
                """);
        assertThat(err.size()).isZero();
    }

    @Test
    void printsHelpDespiteOtherArguments() {
        assertThat(check(SERVICE, "--nonsense", "--help")).hasValue(0);
        assertThat(printed()).contains("[--KEY=VALUE]...", "--mobile-sync.");
    }

    @Test
    void printsVersion() {
        assertThat(check(SERVICE, "--version")).hasValue(0);
        assertThat(printed()).startsWith("service.jar ").hasLineCount(1);
    }

    private OptionalInt check(CommandLine line, String... arguments) {
        return line.check(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
