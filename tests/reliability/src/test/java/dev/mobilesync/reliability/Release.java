package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.Shell;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.springframework.util.FileSystemUtils;

/**
 * The services' jars of one version.
 *
 * @param name for people, such as a tag
 * @param directory contains {@code web-server/target/web-server-exec.jar} and the others
 * @param settings environment variables that only this version needs
 */
record Release(String name, Path directory, Map<String, String> settings) {

    private static final Path FILE = Repository.file("tests/reliability/previous-release.properties");
    private static final String REF = "ref";
    private static final List<String> SERVICES = List.of("web-server", "state-manager", "socket-server");

    /** The checkout. */
    static Release current() {
        return new Release("this version", Repository.file(""), Map.of());
    }

    /**
     * The version that {@code previous-release.properties} names, built from its sources on first use.
     *
     * @throws IllegalStateException if the history of this clone lacks it
     */
    static Release previous() {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(FILE)) {
            properties.load(reader);
            String ref = requireNonNull((String) properties.remove(REF), FILE + " has no " + REF);
            String commit = commitOf(ref);
            Path jars = Path.of("target", "previous-release", commit).toAbsolutePath();
            if (!Files.exists(jars)) {
                build(commit, jars);
            }
            String name = ref.equals(commit) ? commit.substring(0, 8) : ref;
            return new Release(
                    name,
                    jars,
                    properties.stringPropertyNames().stream()
                            .collect(Collectors.toMap(key -> key, properties::getProperty)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commit of a tag, a branch or an abbreviated commit. */
    static String commitOf(String ref) {
        try {
            return git("rev-parse", "--verify", "--quiet", ref + "^{commit}").strip();
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new IllegalStateException(
                    "The git history of " + Repository.file("") + " has no " + ref + ", which " + FILE
                            + " names as the previous release. A shallow clone lacks it: git fetch --unshallow --tags",
                    e);
        }
    }

    /** Builds outside the checkout, whose tests read all of its files, and keeps only the jars. */
    private static void build(String commit, Path jars) throws IOException {
        long started = System.nanoTime();
        Path sources = Files.createTempDirectory("previous-release-");
        Path built = jars.resolveSibling(commit + ".incomplete");
        try {
            Path archive = sources.resolve("sources.tar");
            git("archive", "--output", archive.toString(), commit);
            Shell.run("tar", "-x", "-f", archive.toString(), "-C", sources.toString());
            packageServices(sources);
            FileSystemUtils.deleteRecursively(built);
            for (String service : SERVICES) {
                Path jar = Path.of(service, "target", service + "-exec.jar");
                Files.createDirectories(built.resolve(service).resolve("target"));
                Files.copy(sources.resolve(jar), built.resolve(jar));
            }
            Files.move(built, jars);
        } finally {
            FileSystemUtils.deleteRecursively(sources);
        }
        ProgressOutput.print("built %s in %.1f s", commit, (System.nanoTime() - started) / 1e9);
    }

    private static void packageServices(Path sources) {
        List<String> options = List.of(
                "--batch-mode",
                "--no-transfer-progress",
                "--quiet",
                "--file",
                sources.resolve("pom.xml").toString(),
                "--projects",
                String.join(",", SERVICES),
                "--also-make",
                "-Dmaven.test.skip=true",
                "-Dspotless.check.skip=true",
                "-Dspotless.apply.skip=true",
                "package");
        try {
            maven(options, "--offline");
        } catch (IllegalStateException e) {
            ProgressOutput.print("the previous release needs artifacts that are not in the local repository");
            maven(options);
        }
    }

    /** Runs the Maven of this build, or the one on the path. */
    private static void maven(List<String> options, String... more) {
        String home = System.getProperty("maven.home");
        List<String> command = new ArrayList<>(
                List.of(home == null ? "mvn" : Path.of(home, "bin", "mvn").toString()));
        command.addAll(options);
        command.addAll(List.of(more));
        Shell.run(Map.of(), command);
    }

    private static String git(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("git", "-C", Repository.file("").toString()));
        command.addAll(List.of(arguments));
        return Shell.run(Map.of(), command);
    }
}
