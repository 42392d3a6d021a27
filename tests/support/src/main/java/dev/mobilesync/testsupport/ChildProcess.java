package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A process that a test starts and can stop, kill and suspend. It ends with this JVM at the latest. */
public final class ChildProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Pattern CONFIGURATION = Pattern.compile("(SPRING|MOBILE_SYNC|MANAGEMENT|LOGGING|OTEL)_");
    private static final Set<ChildProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // Covers test runs that end before they close their resources.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ChildProcess::destroy)));
    }

    private final Process process;
    private final Path output;

    private ChildProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
        RUNNING.add(this);
        process.onExit().thenRun(() -> RUNNING.remove(this));
    }

    /**
     * @param directory the working directory
     * @param output the file to append its output to
     * @param environment added to this JVM's environment, from which variables that configure a service are removed
     */
    public static ChildProcess start(
            Path directory, Path output, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(output.toFile()));
            builder.environment()
                    .keySet()
                    .removeIf(key -> CONFIGURATION.matcher(key).lookingAt());
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a built jar with {@code java -jar} and settings from the environment, as users do.
     *
     * @param jar below the repository, such as {@code web-server/target/web-server-exec.jar}
     * @param directory the working directory, which also receives its output
     */
    public static ChildProcess jar(String jar, Path directory, Map<String, String> environment, String... arguments) {
        Path file = Repository.file(jar);
        List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-jar", file.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(directory, requireNonNull(file.getFileName()) + "-", ".out");
            return start(directory, output, environment, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code java} executable of this JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The output so far. */
    public String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the output contains the text; kills the process if that fails. */
    public ChildProcess awaitOutput(String text) {
        try {
            awaitOutputOrFail(text);
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void awaitOutputOrFail(String text) {
        Awaitility.await()
                .alias(text)
                .atMost(TIMEOUT)
                .failFast(() -> assertThat(process.isAlive() || output().contains(text))
                        .as(output())
                        .isTrue())
                .until(() -> output().contains(text));
    }

    public int awaitExit() {
        try {
            if (!process.waitFor(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends SIGTERM. */
    public int stop() {
        process.destroy();
        return awaitExit();
    }

    /** Sends SIGKILL to the process and its descendants. */
    public void kill() {
        destroy();
        awaitExit();
    }

    private void destroy() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Sends SIGSTOP: the process keeps its connections and does nothing. */
    public void suspend() {
        signal("STOP");
    }

    /** Sends SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        Shell.run("kill", "-" + name, Long.toString(process.pid()));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
