package dev.mobilesync.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A file beside the jar that the JVM maps at start instead of loading, verifying and profiling classes again: an AOT cache from
 * Java 25, a class data sharing archive before. The JVM uses it only if an option names it. A plain {@code java -jar}
 * passes no option, so the program starts itself again in a second JVM with this option. The file name contains the version of
 * Java and the jar's size and time of modification: a file for another version or jar is not used.
 */
final class StartCache {

    private static final String LAUNCHER = "mobile-sync.launcher";
    private static final List<String> OPTION_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");
    /** The prefixes of variables that configure a service. */
    private static final List<String> CONFIGURATION =
            List.of("SPRING_", "MOBILE_SYNC_", "MANAGEMENT_", "LOGGING_", "OTEL_");

    private static final boolean AOT = Runtime.version().feature() >= 25;

    private final Path jar;
    private final Path file;

    private StartCache(Path jar) throws IOException {
        this.jar = jar;
        this.file = jar.resolveSibling(prefix(jar) + Long.toHexString(Files.size(jar)) + "-"
                + Long.toHexString(Files.getLastModifiedTime(jar).toMillis()) + ".cache");
    }

    private static String prefix(Path jar) {
        return jar.getFileName() + "-" + System.getProperty("java.runtime.version") + "-";
    }

    /** Returns the cache of the running jar; empty if the program runs from class directories. */
    static Optional<StartCache> ofRunningJar() {
        try {
            Path jar = Path.of(StartCache.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.isRegularFile(jar) ? Optional.of(new StartCache(jar)) : Optional.empty();
        } catch (IOException | URISyntaxException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Runs the program in a second JVM with the cache, if there is one and this JVM was started without options of its own.
     *
     * @return its exit code; empty if the program must run in this JVM
     */
    OptionalInt relaunch(String... arguments) {
        if (!Files.isReadable(file) || hasJvmOptions(arguments)) {
            return OptionalInt.empty();
        }
        List<String> options = List.of(
                (AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + file,
                "-D" + LAUNCHER + "=" + ProcessHandle.current().pid());
        try {
            Process program =
                    new ProcessBuilder(command(options, arguments)).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(program), "mobile-sync-launcher"));
            return OptionalInt.of(waitFor(program));
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Options apply to the JVM that the user starts, for example a debugger's port. */
    private boolean hasJvmOptions(String... arguments) {
        int withoutOptions = arguments.length + 2;
        return OPTION_VARIABLES.stream().anyMatch(System.getenv()::containsKey)
                || ProcessHandle.current()
                        .info()
                        .arguments()
                        .filter(all -> all.length == withoutOptions && all[0].equals("-jar"))
                        .isEmpty();
    }

    /** Exits this JVM, if it was started by {@link #relaunch}, when the first JVM is killed. */
    static void exitWithLauncher() {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher != null) {
            ProcessHandle.of(Long.parseLong(launcher))
                    .ifPresentOrElse(first -> first.onExit().thenRun(() -> System.exit(1)), () -> System.exit(1));
        }
    }

    /**
     * Creates the cache, by running the smoke test with embedded servers in another JVM.
     *
     * @return the exit code: 0, or 1 if there is no cache
     */
    int create(PrintStream out) {
        try {
            Path created = Files.createTempFile(jar.resolveSibling(""), prefix(jar), ".part");
            try {
                Files.delete(created);
                String option = AOT ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=";
                ProcessBuilder training = new ProcessBuilder(command(
                                List.of(option + created, "-Xlog:disable", "-Xlog:all=error:stderr"), "--check"))
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.PIPE)
                        .redirectOutput(ProcessBuilder.Redirect.INHERIT);
                Map<String, String> environment = training.environment();
                environment.keySet().removeIf(key -> CONFIGURATION.stream().anyMatch(key::startsWith));
                Process process = training.start();
                int exit = waitFor(process);
                if (exit != 0 || !Files.exists(created)) {
                    out.println("no cache: the smoke test exited with " + exit);
                    return 1;
                }
                deletePrevious();
                Files.move(created, file, StandardCopyOption.ATOMIC_MOVE);
                out.println("created " + file);
                return 0;
            } finally {
                Files.deleteIfExists(created);
            }
        } catch (IOException e) {
            out.println("no cache: " + e);
            return 1;
        }
    }

    private void deletePrevious() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                jar.resolveSibling(""),
                path -> path.getFileName().toString().startsWith(prefix(jar))
                        && path.toString().endsWith(".cache"))) {
            for (Path previous : files) {
                Files.deleteIfExists(previous);
            }
        }
    }

    private List<String> command(List<String> options, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ArrayList<>(Stream.of(
                        Stream.of(java), options.stream(), Stream.of("-jar", jar.toString()), Arrays.stream(arguments))
                .flatMap(part -> part)
                .toList());
    }

    private static void stop(Process program) {
        program.destroy();
        waitFor(program);
    }

    private static int waitFor(Process process) {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                // Only the process decides when this JVM ends.
            }
        }
    }
}
