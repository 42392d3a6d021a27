package dev.mobilesync.testsupport;

import dev.mobilesync.embedded.EmbeddedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/** An embedded store. It has no versions; its objects are files, so a test can change their age. */
public record FileStore(Path directory, EmbeddedStore store) implements AutoCloseable {

    private static final String BUCKET = "captures";
    private static final String ACCESS_KEY = "test-access";
    private static final String SECRET_KEY = "test-secret-key";

    public static FileStore start() {
        try {
            Path directory = Files.createTempDirectory("mobile-sync-file-store");
            return new FileStore(directory, EmbeddedStore.start(directory, 0, ACCESS_KEY, SECRET_KEY, BUCKET));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code mobile-sync.store.*} properties for web-server. */
    public Map<String, String> properties() {
        return Map.of(
                "mobile-sync.store.endpoint", store.endpoint().toString(),
                "mobile-sync.store.access-key", ACCESS_KEY,
                "mobile-sync.store.secret-key", SECRET_KEY,
                "mobile-sync.store.bucket", BUCKET);
    }

    /** Changes when an object was stored. */
    public void setStoredAt(String key, Instant time) throws IOException {
        Files.setLastModifiedTime(directory.resolve("objects").resolve(BUCKET).resolve(key), FileTime.from(time));
    }

    @Override
    public void close() {
        store.close();
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
