package dev.mobilesync.web;

import com.rabbitmq.client.Connection;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.SharedResources;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestStore;
import dev.mobilesync.web.store.CaptureVersions;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * The backing services of web-server's tests: the broker and the Redis of {@link TestServers#shared()}, and an object store.
 * The store is always embedded, because {@link #reset} empties it. All tests of this JVM share them.
 */
public final class WebServerBackends implements TestServers {

    private final TestServers servers = TestServers.shared();
    private final TestStore store = TestStore.embedded();
    private final Map<String, String> properties;
    private final ProxiedServers proxied;
    private final Connection broker;

    private static final class Holder {

        private static final WebServerBackends INSTANCE = new WebServerBackends();
    }

    private WebServerBackends() {
        SharedResources.closeAtEnd(store);
        properties = new HashMap<>(servers.properties());
        properties.putAll(store.properties());
        proxied = new ProxiedServers(this);
        try {
            broker = BrokerQueues.connect(properties);
            SharedResources.closeAtEnd(broker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    static WebServerBackends get() {
        return Holder.INSTANCE;
    }

    /** Resets the servers for the calling test class. */
    public static WebServerBackends open() {
        WebServerBackends shared = get();
        // Counts the servers for this test class.
        TestServers.shared();
        shared.proxied.reset();
        return shared;
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    /** The same servers behind proxies. */
    ProxiedServers proxied() {
        return proxied;
    }

    /** The servers without the proxies. */
    Connection broker() {
        return broker;
    }

    @Override
    public void reset() {
        servers.reset();
        try (CaptureVersions pictures =
                new CaptureVersions(StoreProperties.of(properties, StoreProperties.KEY_TEMPLATE))) {
            removeAll(pictures);
        } catch (MinioException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes all pictures of a store. */
    public static void removeAll(CaptureVersions pictures) throws MinioException {
        List<CaptureVersions.Version> stored = new ArrayList<>();
        pictures.list("", stored::add);
        CompletableFuture.allOf(stored.stream().map(pictures::remove).toArray(CompletableFuture[]::new))
                .join();
    }

    @Override
    public void close() {
        // Other test classes use the servers.
    }
}
