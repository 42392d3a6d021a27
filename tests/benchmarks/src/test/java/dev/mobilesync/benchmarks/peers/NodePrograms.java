package dev.mobilesync.benchmarks.peers;

import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/** The programs in {@code tests/benchmarks/peers}, installed with {@code npm ci} below {@code target}. */
public final class NodePrograms {

    /** The reason of skipped tests. */
    static final String NONE = "no node or no npm here";

    private static final Path SOURCES = Repository.file("tests/benchmarks/peers");
    private static final Path INSTALLED = Repository.file("tests/benchmarks/target/peers");
    private static final String LOCK = "package-lock.json";

    private NodePrograms() {}

    /** Whether tests may use them; with {@code CI=true} a missing program is a failure, not a skip. */
    public static boolean available() {
        return "true".equals(System.getenv("CI")) || isOnPath("node") && isOnPath("npm");
    }

    private static boolean isOnPath(String program) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Copies the programs and installs their dependencies, unless that is done; returns their directory. */
    static synchronized Path install() {
        try {
            // npm writes the first of these files when it has installed everything.
            boolean installed = Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))
                    && Files.mismatch(SOURCES.resolve(LOCK), INSTALLED.resolve(LOCK)) == -1;
            for (String directory : List.of("client", "server")) {
                FileSystemUtils.copyRecursively(SOURCES.resolve(directory), INSTALLED.resolve(directory));
            }
            for (String file : List.of("package.json", LOCK, ".npmrc")) {
                Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!installed) {
                Shell.run("npm", "--prefix", INSTALLED.toString(), "ci", "--no-audit", "--no-fund");
            }
            return INSTALLED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
