package dev.mobilesync.admin;

import dev.mobilesync.admin.command.Console;
import dev.mobilesync.messages.MessageCodec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/**
 * A command that was run in this JVM.
 *
 * @param exit its exit code
 * @param out its standard output
 * @param err its standard error, without logs
 */
public record CommandRun(int exit, String out, String err) {

    /** Runs a command with these settings. */
    public static CommandRun of(Map<String, String> settings, String... command) {
        return of(settings, System::nanoTime, command);
    }

    /** Runs a command as if each of its steps took ten seconds, so that it shows its progress. */
    public static CommandRun slow(Map<String, String> settings, String... command) {
        AtomicLong seconds = new AtomicLong();
        return of(settings, () -> TimeUnit.SECONDS.toNanos(seconds.addAndGet(10)), command);
    }

    private static CommandRun of(Map<String, String> settings, LongSupplier nanoTime, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
        int exit = MobileSyncAdmin.run(
                new Console(outStream, errStream, false, nanoTime),
                outStream,
                errStream,
                arguments.toArray(String[]::new));
        return new CommandRun(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Its JSON documents, one per line. */
    public List<JsonNode> json() {
        return out.lines().map(MessageCodec.mapper()::readTree).toList();
    }
}
