package dev.mobilesync.testsupport;

import dev.mobilesync.embedded.EmbeddedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** The S3 endpoint of {@code MOBILE_SYNC_STORE_ENDPOINT} and its related variables, or an embedded one. */
public final class TestStore implements AutoCloseable {

    private static final String BUCKET = "captures";

    private final Map<String, String> properties;
    private final @Nullable EmbeddedStore embedded;
    private final @Nullable Path directory;

    private TestStore(Map<String, String> properties, @Nullable EmbeddedStore embedded, @Nullable Path directory) {
        this.properties = properties;
        this.embedded = embedded;
        this.directory = directory;
    }

    /** The environment's settings as Spring properties. */
    static Map<String, String> named() {
        Map<String, String> properties = new HashMap<>();
        for (String key : new String[] {"endpoint", "access-key", "secret-key", "region", "bucket"}) {
            String value =
                    System.getenv("MOBILE_SYNC_STORE_" + key.replace('-', '_').toUpperCase(Locale.ROOT));
            if (value != null) {
                properties.put("mobile-sync.store." + key, value);
            }
        }
        return properties;
    }

    static TestStore open() {
        Map<String, String> properties = named();
        if (properties.containsKey("mobile-sync.store.endpoint")) {
            return new TestStore(properties, null, null);
        }
        return embedded();
    }

    /** An embedded store, independent of the environment. */
    public static TestStore embedded() {
        try {
            Path directory = Files.createTempDirectory("mobile-sync-test-store");
            EmbeddedStore store = EmbeddedStore.start(directory, 0, "test-access", "test-secret-key", BUCKET);
            return new TestStore(
                    Map.of(
                            "mobile-sync.store.endpoint",
                            store.endpoint().toString(),
                            "mobile-sync.store.access-key",
                            "test-access",
                            "mobile-sync.store.secret-key",
                            "test-secret-key",
                            "mobile-sync.store.bucket",
                            BUCKET),
                    store,
                    directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code mobile-sync.store.*} properties for web-server. */
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
        if (directory != null) {
            try {
                FileSystemUtils.deleteRecursively(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
