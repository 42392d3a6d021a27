package dev.mobilesync.benchmarks.peers;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.awaitility.Awaitility;

/** A server on the first processor, whose CPU time and memory are measured. Needs Linux. */
public final class MeasuredProcess implements AutoCloseable {

    private static final List<String> FIRST_PROCESSOR = List.of("taskset", "-c", "0");
    private static final Duration COLLECTION_TIME = Duration.ofSeconds(2);
    private static final double NANOS_PER_MICRO = 1e3;

    /**
     * Measured work.
     *
     * @param perSecond operations per second
     * @param cpuMicros CPU time of the process per operation, in microseconds
     */
    public record Work(double perSecond, double cpuMicros) {}

    private final ChildProcess process;
    private final Consumer<String> collectGarbage;

    /** {@code collectGarbage} runs a full collection of the process with this id. */
    private MeasuredProcess(ChildProcess process, Consumer<String> collectGarbage) {
        this.process = process;
        this.collectGarbage = collectGarbage;
    }

    /**
     * Starts a program of Node.
     *
     * @param program below {@code tests/benchmarks/peers/server}, then its arguments
     */
    static MeasuredProcess node(Path directory, Map<String, String> environment, String... program) {
        List<String> command = new ArrayList<>(FIRST_PROCESSOR);
        command.addAll(List.of("node", "--expose-gc"));
        command.add(BackingServers.PEERS
                .install()
                .resolve("server")
                .resolve(program[0])
                .toString());
        command.addAll(List.of(program).subList(1, program.length));
        ChildProcess process = start(directory, environment, command);
        return new MeasuredProcess(process.awaitOutput("ready"), pid -> Shell.run("kill", "-USR2", pid));
    }

    /**
     * Starts a Spring Boot application with the default options of the JVM.
     *
     * @param jar below the repository
     * @param openFiles the number of files that it may have to open, or 0 for the inherited limit
     */
    static MeasuredProcess java(Path directory, Map<String, String> environment, String jar, int openFiles) {
        List<String> command = new ArrayList<>(OpenFiles.atLeast(openFiles));
        command.addAll(FIRST_PROCESSOR);
        command.addAll(List.of(ChildProcess.java(), "-jar", Repository.file(jar).toString()));
        ChildProcess process = start(directory, environment, command);
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return new MeasuredProcess(process.awaitOutput("Started "), pid -> Shell.run(jcmd, pid, "GC.run"));
    }

    private static ChildProcess start(Path directory, Map<String, String> environment, List<String> command) {
        try {
            Path output = Files.createTempFile(directory, "server-", ".out");
            return ChildProcess.start(directory, output, environment, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The CPU time of the process so far, user and system, in microseconds; the resolution is 10 ms. */
    public double cpuMicros() {
        Duration time = ProcessHandle.of(process.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("the process has ended: " + process.output()));
        return time.toNanos() / NANOS_PER_MICRO;
    }

    /** Measures the CPU time of the process while the work runs, which returns its rate. */
    public Work measure(int operations, DoubleSupplier work) {
        double before = cpuMicros();
        double perSecond = work.getAsDouble();
        return new Work(perSecond, (cpuMicros() - before) / operations);
    }

    /** The resident memory after a full garbage collection, in KiB. */
    public double residentKib() {
        collectGarbage.accept(Long.toString(process.pid()));
        Awaitility.await().pollDelay(COLLECTION_TIME).until(() -> true);
        try (var status = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
