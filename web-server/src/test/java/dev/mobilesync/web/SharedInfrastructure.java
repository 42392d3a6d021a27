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
 * The broker and the Redis of {@link TestServers#shared()}, and an object store that is always embedded, because
 * {@link #reset} empties it. Opened once in this JVM.
 */
public final class SharedInfrastructure implements TestServers {

    private final TestServers servers = TestServers.shared();
    private final TestStore store = TestStore.embedded();
    private final Map<String, String> properties;
    private final ProxiedServers proxied;
    private final Connection broker;

    private static final class Holder {

        private static final SharedInfrastructure INSTANCE = new SharedInfrastructure();
    }

    private SharedInfrastructure() {
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

    static SharedInfrastructure get() {
        return Holder.INSTANCE;
    }

    /** Resets it for the calling test class. */
    public static SharedInfrastructure open() {
        SharedInfrastructure infrastructure = get();
        // Counts the servers for this test class.
        TestServers.shared();
        infrastructure.proxied.reset();
        return infrastructure;
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    /** The same servers behind proxies. */
    ProxiedServers proxied() {
        return proxied;
    }

    /** Past the proxies. */
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
        // Others use it.
    }
}
