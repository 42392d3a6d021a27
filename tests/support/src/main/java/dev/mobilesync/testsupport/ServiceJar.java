package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/**
 * An extracted service jar with a class data sharing archive, for tests that start a service many times. A start needs a
 * third of the CPU time. The preparation takes as long as one start and happens once per build; the result is stored
 * beside the jar.
 */
public final class ServiceJar {

    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path extracted;
    private final Path archive;

    private ServiceJar(Path extracted, Path archive) {
        this.extracted = extracted;
        this.archive = archive;
    }

    /**
     * Prepares the jar if it has changed since the last preparation.
     *
     * @param jar below the repository, such as {@code web-server/target/web-server-exec.jar}
     * @param environment the environment of the service, which connects to no server
     */
    public static ServiceJar prepare(String jar, Map<String, String> environment) {
        Path file = Repository.file(jar).toAbsolutePath().normalize();
        String name = requireNonNull(file.getFileName()).toString();
        Path directory = file.resolveSibling(name + ".extracted");
        Path stampFile = directory.resolve("stamp");
        Path archive = directory.resolve("classes.jsa");
        ServiceJar prepared = new ServiceJar(directory.resolve(name), archive);
        try (FileChannel channel = FileChannel.open(
                        file.resolveSibling(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String stamp = Files.getLastModifiedTime(file) + " " + Runtime.version();
            if (lock.isValid()
                    && Files.exists(stampFile)
                    && Files.readString(stampFile).equals(stamp)) {
                return prepared;
            }
            FileSystemUtils.deleteRecursively(directory);
            Shell.run(
                    ChildProcess.java(),
                    "-Djarmode=tools",
                    "-jar",
                    file.toString(),
                    "extract",
                    "--destination",
                    directory.toString());
            List<String> training = prepared.java("-XX:ArchiveClassesAtExit=" + archive);
            training.add(1, "-Dspring.context.exit=onRefresh");
            try (ChildProcess process =
                    ChildProcess.start(directory, directory.resolve("training.out"), environment, training)) {
                if (process.awaitExit() != 0 || !Files.exists(archive)) {
                    throw new IllegalStateException("no class archive of " + jar + ": " + process.output());
                }
            }
            Files.writeString(stampFile, stamp);
            return prepared;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The start command.
     *
     * @param options of the JVM
     */
    public List<String> command(String... options) {
        List<String> command = java("-XX:SharedArchiveFile=" + archive);
        command.addAll(1, List.of(options));
        return command;
    }

    /**
     * The start command with another main class.
     *
     * @param main a test's main class
     * @param options of the JVM
     */
    public List<String> command(Class<?> main, String... options) {
        String classes =
                main.getProtectionDomain().getCodeSource().getLocation().getPath();
        List<String> command =
                java("-XX:SharedArchiveFile=" + archive, "-cp", extracted + ":" + classes, main.getName());
        command.addAll(1, List.of(options));
        return command;
    }

    private List<String> java(String archiveOption) {
        return java(archiveOption, "-jar", extracted.toString());
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(ChildProcess.java()));
        command.addAll(OPTIONS);
        command.addAll(List.of(arguments));
        return command;
    }
}
