package dev.mobilesync.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory that one server at a time uses and only its owner can read. The operating system releases the lock when the
 * JVM ends, even if it is killed. The process id in the lock file serves the error message only.
 *
 * @param path absolute, without symbolic links
 */
record DataDirectory(Path path, FileChannel lockFile) implements AutoCloseable {

    private static final String LOCK_FILE = ".lock";

    /** Static because file locks belong to the JVM: closing a second channel of the lock file would release the lock. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /**
     * @param server its name in error messages
     */
    static DataDirectory lock(Path directory, String server) {
        try {
            Path path = PrivateFiles.directory(directory).toRealPath();
            if (!HELD.add(path)) {
                throw inUse(path, server, "this process");
            }
            try {
                return lock(path, server, open(path));
            } catch (IOException | RuntimeException | Error e) {
                HELD.remove(path);
                throw e;
            }
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The data directory %s of the embedded %s cannot be used: %s".formatted(directory, server, e), e);
        }
    }

    private static DataDirectory lock(Path path, String server, FileChannel lockFile) throws IOException {
        @Nullable FileLock lock = null;
        try {
            lock = lockFile.tryLock();
            if (lock == null) {
                throw inUse(
                        path,
                        server,
                        "process " + Files.readString(path.resolve(LOCK_FILE)).strip());
            }
            lockFile.truncate(0);
            lockFile.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectory(path, lockFile);
        } finally {
            if (lock == null) {
                lockFile.close();
            }
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static EmbeddedServerException inUse(Path path, String server, String by) {
        return new EmbeddedServerException(
                "The data directory %s of the embedded %s is in use by %s: stop it first, or choose another directory"
                        .formatted(path, server, by));
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        if (!lockFile.isOpen()) {
            return;
        }
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD.remove(path);
        }
    }
}
