package dev.mobilesync.testsupport;

import io.lettuce.core.RedisURI;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A real RabbitMQ and a real Redis, which {@link ServerLocator} finds, with an exclusive virtual host and an exclusive,
 * emptied Redis database. The object store is that of {@code MOBILE_SYNC_STORE_ENDPOINT}, or an embedded one.
 */
public final class RealServers implements TestServers {

    /** The reason of skipped tests. */
    public static final String SKIP_REASON =
            "no RabbitMQ or no Redis here (or excluded by -Dtest.servers=embedded), and no Docker to start them in";

    private final ServerLocator locator;
    private final String virtualHost;
    private final boolean ownVirtualHost;
    private final LeasedRedisDatabase redisDatabase;
    private final TestStore store;

    private RealServers(
            ServerLocator locator, String virtualHost, boolean ownVirtualHost, LeasedRedisDatabase redisDatabase) {
        this.locator = locator;
        this.virtualHost = virtualHost;
        this.ownVirtualHost = ownVirtualHost;
        this.redisDatabase = redisDatabase;
        this.store = TestStore.open();
    }

    /**
     * Creates a virtual host with {@code rabbitmqctl}, or uses {@code SPRING_RABBITMQ_VIRTUAL_HOST} if that is not possible.
     * Leases a database, for which it may wait until other tests end.
     *
     * @throws IllegalStateException if no servers are available; see {@link NeedsRealServers}
     */
    public static RealServers open() {
        ServerLocator locator = ServerLocator.find();
        ServerUsage.record(ServerKind.REAL);
        LeasedRedisDatabase database =
                new LeasedRedisDatabase(RedisURI.create(locator.redisHost(), locator.redisPort()));
        String name = "test-" + UUID.randomUUID();
        boolean own = locator.rabbitmqctl("add_vhost", name)
                && locator.rabbitmqctl("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        return new RealServers(
                locator, own ? name : ServerLocator.environment("SPRING_RABBITMQ_VIRTUAL_HOST", "/"), own, database);
    }

    /**
     * The servers of {@link TestServers#shared()}.
     *
     * @throws IllegalStateException if these are embedded
     */
    public static RealServers shared() {
        if (TestServers.shared() instanceof SharedServers shared && shared.servers() instanceof RealServers real) {
            return real;
        }
        throw new IllegalStateException("the shared servers are embedded");
    }

    /** Whether tests may open them; otherwise they are skipped. See {@link NeedsRealServers}. */
    public static boolean isAvailable() {
        return !"embedded".equals(System.getProperty("test.servers")) && ServerLocator.isAvailable();
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(store.properties());
        properties.put("spring.rabbitmq.host", locator.rabbitHost());
        properties.put("spring.rabbitmq.port", Integer.toString(locator.rabbitPort()));
        properties.put("spring.rabbitmq.virtual-host", virtualHost);
        properties.put("spring.data.redis.host", locator.redisHost());
        properties.put("spring.data.redis.port", Integer.toString(locator.redisPort()));
        properties.put("spring.data.redis.database", Integer.toString(redisDatabase.number()));
        return properties;
    }

    /**
     * Limits the length of a queue.
     *
     * @throws IllegalStateException if {@code rabbitmqctl} fails
     */
    public void limitQueue(String queue, int maxLength) {
        if (!ownVirtualHost
                || !locator.rabbitmqctl(
                        "set_policy",
                        "-p",
                        virtualHost,
                        "limit-" + queue,
                        "^" + queue.replace(".", "\\.") + "$",
                        "{\"max-length\":" + maxLength + "}",
                        "--apply-to",
                        "queues")) {
            throw new IllegalStateException("could not limit " + queue);
        }
    }

    /** Removes the limits of {@link #limitQueue}. */
    public void unlimitQueue(String queue) {
        if (!locator.rabbitmqctl("clear_policy", "-p", virtualHost, "limit-" + queue)) {
            throw new IllegalStateException("could not remove the limit of " + queue);
        }
    }

    /**
     * Changes the permissions of the services' user in the virtual host, each a regular expression of names.
     *
     * @throws IllegalStateException if {@code rabbitmqctl} fails
     */
    public void permit(String configure, String write, String read) {
        if (!ownVirtualHost
                || !locator.rabbitmqctl("set_permissions", "-p", virtualHost, "guest", configure, write, read)) {
            throw new IllegalStateException("could not change the permissions");
        }
    }

    @Override
    public void reset() {
        redisDatabase.empty();
        BrokerQueues.purge(properties());
    }

    @Override
    public void close() {
        store.close();
        redisDatabase.close();
        if (ownVirtualHost) {
            locator.rabbitmqctl("delete_vhost", virtualHost);
        }
    }
}
