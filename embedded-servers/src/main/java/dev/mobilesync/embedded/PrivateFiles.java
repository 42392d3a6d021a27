package dev.mobilesync.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Directories and files that only their owner can read, if the file system has POSIX permissions. */
public final class PrivateFiles {

    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final int SECRET_BYTES = 32;

    private PrivateFiles() {}

    /** Creates the directory and its missing parents with mode 0700, or sets that mode on an existing directory. */
    public static Path directory(Path path) throws IOException {
        Files.createDirectories(path, attributes(path, DIRECTORY));
        if (hasPermissions(path)) {
            Files.setPosixFilePermissions(path, DIRECTORY);
        }
        return path;
    }

    /** Replaces the file by one with mode 0600. */
    public static void write(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, attributes(file, FILE));
        Files.writeString(file, text);
    }

    /** Returns the secret in the file: 32 random bytes in base64url, created by the first call. */
    public static String secret(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(random);
            write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        }
        return Files.readString(file).strip();
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return hasPermissions(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
