package dev.mobilesync.embedded;

import java.nio.file.Path;

/** An AMQP 0-9-1 broker in this JVM. */
public final class EmbeddedBroker implements AutoCloseable {

    private EmbeddedBroker() {}

    public static EmbeddedBroker start(Path dataDir, int port) {
        throw new UnsupportedOperationException();
    }

    public static EmbeddedBroker startInMemory(int port) {
        throw new UnsupportedOperationException();
    }

    public int port() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
