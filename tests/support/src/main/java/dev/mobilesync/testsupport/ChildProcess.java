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
import org.awaitility.Awaitility;

/** A process that a test starts, and may stop, kill and suspend. It ends with this JVM at the latest. */
public final class ChildProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Set<ChildProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // Also where a test run ends before it closes what it opened.
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
     * @param folder where it runs
     * @param output where what it prints goes, after what is there
     * @param environment on top of ours, of which nothing that would set up a service is passed on
     */
    public static ChildProcess start(Path folder, Path output, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(output.toFile()));
            builder.environment().keySet().removeIf(key -> key.startsWith("SPRING_") || key.startsWith("MOBILE_SYNC_"));
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a built jar as a user does: {@code java -jar}, with settings from the environment.
     *
     * @param jar below the repository, such as {@code web-server/target/web-server-exec.jar}
     * @param folder where it runs; its output goes there, too
     */
    public static ChildProcess jar(String jar, Path folder, Map<String, String> environment, String... arguments) {
        Path file = Repository.file(jar);
        List<String> command = new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-jar", file.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, requireNonNull(file.getFileName()) + "-", ".out");
            return start(folder, output, environment, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code java} that runs this JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far. */
    public String output() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it if that does not come in time. */
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
                .atMost(PATIENCE)
                .failFast(() -> assertThat(process.isAlive() || output().contains(text))
                        .as(output())
                        .isTrue())
                .until(() -> output().contains(text));
    }

    public int awaitExit() {
        try {
            if (!process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM, as an operator does. */
    public int stop() {
        process.destroy();
        return awaitExit();
    }

    /** SIGKILL, as a machine does: to it and to whatever it started. */
    public void kill() {
        destroy();
        awaitExit();
    }

    private void destroy() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** SIGSTOP: it keeps its connections and does nothing. */
    public void suspend() {
        signal("STOP");
    }

    /** SIGCONT. */
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
