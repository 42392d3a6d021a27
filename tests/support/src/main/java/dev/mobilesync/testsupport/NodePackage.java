package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * Programs for Node with a {@code package-lock.json}, which are copied and installed with {@code npm ci} below the module's {@code
 * target}.
 */
public final class NodePackage {

    /** The reason of skipped tests. */
    public static final String SKIP_REASON = "no node or no npm here";

    private static final String LOCK = "package-lock.json";

    private final Path sources;
    private final Path installed;
    private final List<String> folders;

    /**
     * @param module the module's directory, such as {@code tests/browser}
     * @param directory below the module; its files belong to the package
     * @param folders below the directory that belong to it, too
     */
    public NodePackage(String module, String directory, String... folders) {
        this(
                Repository.file(module).resolve(directory),
                Repository.file(module).resolve("target").resolve(directory),
                folders);
    }

    private NodePackage(Path sources, Path installed, String... folders) {
        this.sources = sources;
        this.installed = installed;
        this.folders = List.of(folders);
    }

    /** The small exam platform in {@code tests/platform}, with the packed {@code mobile-sync.js}; returns its directory. */
    public static Path installPlatform(String module) {
        Path installed = Repository.file(module).resolve("target/platform");
        NodePackage platform =
                new NodePackage(Repository.file("tests/platform"), installed, "pages", "platform", "rehearsal");
        platform.install();
        platform.add(Repository.file("web-server/target/npm"));
        return installed;
    }

    /** Whether tests may use Node; with {@code CI=true} a missing program is a failure, not a skip. */
    public static boolean isAvailable() {
        return "true".equals(System.getenv("CI")) || isOnPath("node") && isOnPath("npm");
    }

    /** Whether the program is on the {@code PATH}. */
    public static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Copies the programs and installs their dependencies, unless that is done; returns their directory. */
    public synchronized Path install() {
        try {
            // npm writes the first of these files when it has installed everything.
            boolean isInstalled = Files.exists(installed.resolve("node_modules/.package-lock.json"))
                    && Files.mismatch(sources.resolve(LOCK), installed.resolve(LOCK)) == -1;
            Files.createDirectories(installed);
            for (String folder : folders) {
                FileSystemUtils.copyRecursively(sources.resolve(folder), installed.resolve(folder));
            }
            for (Path file : files()) {
                Files.copy(file, installed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!isInstalled) {
                Shell.run("npm", "--prefix", installed.toString(), "ci", "--no-audit", "--no-fund");
            }
            return installed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Packs another package and installs it, as a user of that package does; returns the archive. */
    public synchronized Path add(Path other) {
        String[] packed = Shell.run("npm", "pack", other.toString(), "--pack-destination", installed.toString())
                .strip()
                .split("\n");
        Path archive = installed.resolve(packed[packed.length - 1]);
        Shell.run(
                "npm",
                "--prefix",
                installed.toString(),
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                archive.toString());
        return archive;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(sources)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
