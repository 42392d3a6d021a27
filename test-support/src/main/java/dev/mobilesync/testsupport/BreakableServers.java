package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Servers behind lines that a test can break: the same servers, reached over other ports. */
public final class BreakableServers implements TestServers {

    private final TestServers behind;
    private final Map<String, String> properties;
    private final Line broker;
    private final Line redis;
    private final Line store;

    /**
     * @param behind the servers; closed together with this
     */
    public BreakableServers(TestServers behind) {
        this.behind = behind;
        properties = new HashMap<>(behind.properties());
        broker = line("spring.rabbitmq");
        redis = line("spring.data.redis");
        URI endpoint = URI.create(requireNonNull(properties.get("mobile-sync.store.endpoint")));
        store = new Line(endpoint.getHost(), endpoint.getPort());
        properties.put("mobile-sync.store.endpoint", "http://127.0.0.1:" + store.port());
    }

    private Line line(String prefix) {
        Line line = new Line(
                requireNonNull(properties.get(prefix + ".host")),
                Integer.parseInt(requireNonNull(properties.get(prefix + ".port"))));
        properties.put(prefix + ".host", "127.0.0.1");
        properties.put(prefix + ".port", Integer.toString(line.port()));
        return line;
    }

    /** The servers themselves, whose lines nobody breaks. */
    public TestServers behind() {
        return behind;
    }

    public Line broker() {
        return broker;
    }

    public Line redis() {
        return redis;
    }

    public Line store() {
        return store;
    }

    @Override
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public void close() {
        broker.close();
        redis.close();
        store.close();
        behind.close();
    }
}
