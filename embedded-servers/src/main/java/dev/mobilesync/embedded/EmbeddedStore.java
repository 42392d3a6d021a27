package dev.mobilesync.embedded;

import java.net.URI;
import java.nio.file.Path;

/** An S3 endpoint in this JVM, over a directory. */
public final class EmbeddedStore implements AutoCloseable {

    private EmbeddedStore() {}

    public static EmbeddedStore start(Path dataDir, int port, String accessKey, String secretKey, String bucket) {
        throw new UnsupportedOperationException();
    }

    public URI endpoint() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
