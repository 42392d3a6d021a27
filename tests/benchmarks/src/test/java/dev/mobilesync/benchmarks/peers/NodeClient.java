package dev.mobilesync.benchmarks.peers;

import dev.mobilesync.messages.MessageCodec;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A program below {@code tests/benchmarks/peers/client}, on another processor than the measured server. It runs commands, one
 * JSON line each, and answers each with a JSON line.
 */
final class NodeClient implements AutoCloseable {

    private static final String LAST_PROCESSOR =
            Integer.toString(Math.min(1, Runtime.getRuntime().availableProcessors() - 1));

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final Path errors;

    private NodeClient(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        commands = process.outputWriter();
        answers = process.inputReader();
    }

    /** @param openFiles the number of files that it may have to open, or 0 for the inherited limit */
    static NodeClient start(Path directory, Map<String, String> environment, int openFiles, String... program) {
        List<String> command = new ArrayList<>(OpenFiles.atLeast(openFiles));
        command.addAll(List.of("taskset", "-c", LAST_PROCESSOR, "node", "--max-old-space-size=8192"));
        command.add(BackingServers.PEERS
                .install()
                .resolve("client")
                .resolve(program[0])
                .toString());
        command.addAll(List.of(program).subList(1, program.length));
        Path errors = directory.resolve(program[0] + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(Redirect.appendTo(errors.toFile()));
        builder.environment().putAll(environment);
        try {
            NodeClient client = new NodeClient(builder.start(), errors);
            client.answer();
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command and returns its answer. */
    JsonNode run(String command, Map<String, ?> options) {
        send(command, options);
        return answer();
    }

    /** Starts a command; {@link #answer} waits for its end. */
    void send(String command, Map<String, ?> options) {
        ObjectNode line = MessageCodec.mapper().valueToTree(options);
        try {
            commands.write(line.put("command", command) + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("see " + errors, e);
        }
    }

    /** The answer to the last command; fails with the program's stack trace if the command failed. */
    JsonNode answer() {
        try {
            String line = answers.readLine();
            JsonNode answer = line == null ? null : MessageCodec.mapper().readTree(line);
            if (answer == null || answer.has("error")) {
                throw new IllegalStateException(
                        answer == null
                                ? "the program has ended: see " + errors
                                : answer.path("error").asString());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the program, which also ends when this JVM does. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
