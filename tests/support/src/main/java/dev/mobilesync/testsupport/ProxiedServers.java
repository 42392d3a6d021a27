package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Servers that are reached through proxies. A test can break the connections of each. */
public final class ProxiedServers implements TestServers {

    private final TestServers behind;
    private final Map<String, String> properties;
    private final NetworkProxy broker;
    private final NetworkProxy redis;
    private final NetworkProxy store;

    /**
     * @param behind the servers; closed together with the proxies
     */
    public ProxiedServers(TestServers behind) {
        this.behind = behind;
        properties = new HashMap<>(behind.properties());
        broker = proxy("spring.rabbitmq");
        redis = proxy("spring.data.redis");
        URI endpoint = URI.create(requireNonNull(properties.get("mobile-sync.store.endpoint")));
        store = new NetworkProxy(endpoint.getHost(), endpoint.getPort());
        properties.put("mobile-sync.store.endpoint", "http://127.0.0.1:" + store.port());
    }

    private NetworkProxy proxy(String prefix) {
        NetworkProxy proxy = new NetworkProxy(
                requireNonNull(properties.get(prefix + ".host")),
                Integer.parseInt(requireNonNull(properties.get(prefix + ".port"))));
        properties.put(prefix + ".host", "127.0.0.1");
        properties.put(prefix + ".port", Integer.toString(proxy.port()));
        return proxy;
    }

    /** The servers without the proxies. */
    public TestServers behind() {
        return behind;
    }

    public NetworkProxy broker() {
        return broker;
    }

    public NetworkProxy redis() {
        return redis;
    }

    public NetworkProxy store() {
        return store;
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    /** Also reverts the faults of all proxies. */
    @Override
    public void reset() {
        broker.reset();
        redis.reset();
        store.reset();
        behind.reset();
    }

    @Override
    public void close() {
        broker.close();
        redis.close();
        store.close();
        behind.close();
    }
}
