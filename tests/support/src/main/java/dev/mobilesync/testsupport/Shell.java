package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs short commands of this machine, such as {@code redis-cli} or {@code kill}. */
public final class Shell {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private Shell() {}

    /** Runs the command as {@link #run(Map, List)} does, with the environment of this process. */
    public static String run(String... command) {
        return run(Map.of(), List.of(command));
    }

    /**
     * Runs the command to its end.
     *
     * @param environment added to that of this process
     * @return its output
     * @throws IllegalStateException if it fails or does not end within five minutes
     */
    public static String run(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.onExit()
                    .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(late -> {
                        process.destroyForcibly();
                        return process;
                    });
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.onExit().join().exitValue();
            if (exit != 0) {
                throw new IllegalStateException(command + " ended with " + exit + ": " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
