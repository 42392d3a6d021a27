package dev.mobilesync.testsupport;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The servers of {@link TestServers#shared()}. They are closed when this JVM ends. */
final class SharedServers implements TestServers {

    private static @Nullable SharedServers instance;

    private final TestServers servers;

    private SharedServers(TestServers servers) {
        this.servers = servers;
    }

    static synchronized TestServers get() {
        SharedServers shared = instance;
        if (shared == null) {
            TestServers opened = TestServers.open();
            SharedResources.closeAtEnd(opened);
            shared = new SharedServers(opened);
            instance = shared;
        } else {
            ServerUsage.record(shared.servers instanceof RealServers ? ServerKind.REAL : ServerKind.EMBEDDED);
        }
        return shared;
    }

    TestServers servers() {
        return servers;
    }

    @Override
    public Map<String, String> properties() {
        return servers.properties();
    }

    @Override
    public void reset() {
        servers.reset();
    }

    @Override
    public void close() {
        // Other test classes use them.
    }
}
