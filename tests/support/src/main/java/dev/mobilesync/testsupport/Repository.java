package dev.mobilesync.testsupport;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout of the running test. */
public final class Repository {

    private static final Path ROOT = findRoot();

    private Repository() {}

    /**
     * A file or directory of the checkout.
     *
     * @param path from the root, such as {@code docs/security.md}
     */
    public static Path file(String path) {
        return ROOT.resolve(path);
    }

    private static Path findRoot() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve(".mvn"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "no repository above " + Path.of("").toAbsolutePath());
            }
            directory = parent;
        }
        return directory;
    }
}
