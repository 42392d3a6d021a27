package dev.mobilesync.standalone;

import dev.mobilesync.embedded.EmbeddedBroker;
import dev.mobilesync.embedded.EmbeddedRedis;
import dev.mobilesync.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The backing services (broker, Redis, object store): each is named by the environment or embedded, with its data in the
 * data directory.
 */
record BackingServices(List<Server> servers) implements AutoCloseable {

    /** What names a server or identifies a client. Other settings of these clients, such as time limits, also apply to embedded ones. */
    private static final Pattern BROKER_KEYS =
            Pattern.compile("SPRING_RABBITMQ_(HOST|PORT|ADDRESSES.*|USERNAME|PASSWORD|VIRTUAL_HOST|SSL_.*)");

    private static final Pattern REDIS_KEYS = Pattern.compile(
            "SPRING_DATA_REDIS_(URL|HOST|PORT|USERNAME|PASSWORD|DATABASE|(SENTINEL|CLUSTER|MASTERREPLICA|SSL)_.*)");
    private static final Pattern STORE_KEYS = Pattern.compile("MOBILE_SYNC_STORE_ENDPOINT");
    private static final String BUCKET = "captures";
    private static final String ACCESS_KEY = "mobile-sync";

    /**
     * One server.
     *
     * @param address for display
     * @param properties Spring properties that connect a service to it; empty if the environment has them
     * @param embedded the embedded server; {@code null} if the environment names one
     */
    record Server(
            String name,
            String address,
            Map<String, String> properties,
            @Nullable AutoCloseable embedded) {

        /** {@code embedded}, or {@code from the environment}. */
        String source() {
            return embedded == null ? "from the environment" : "embedded";
        }
    }

    /**
     * Starts the embedded servers concurrently.
     *
     * @param data the data directory
     * @param storeSecret the embedded store's secret key
     * @throws RuntimeException with a message for the user, if a server cannot start; the others are then stopped
     */
    static BackingServices start(Options options, Path data, Map<String, String> environment, String storeSecret) {
        List<CompletableFuture<Server>> starting = List.of(
                server("broker", BROKER_KEYS, environment, () -> broker(options, data)),
                server("Redis", REDIS_KEYS, environment, () -> redis(options, data)),
                server("store", STORE_KEYS, environment, () -> store(options, data, storeSecret)));
        return new BackingServices(StartupTasks.join(starting, BackingServices::close));
    }

    private static CompletableFuture<Server> server(
            String name, Pattern keys, Map<String, String> environment, Supplier<Server> embedded) {
        return environment.keySet().stream()
                .filter(keys.asMatchPredicate())
                .findFirst()
                .map(key -> CompletableFuture.completedFuture(new Server(name, "see " + key, Map.of(), null)))
                .orElseGet(() -> StartupTasks.start(embedded));
    }

    private static Server broker(Options options, Path data) {
        EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("broker"), options.brokerPort());
        return new Server(
                "broker",
                "amqp://127.0.0.1:" + broker.port(),
                Map.of("spring.rabbitmq.host", "127.0.0.1", "spring.rabbitmq.port", Integer.toString(broker.port())),
                broker);
    }

    private static Server redis(Options options, Path data) {
        EmbeddedRedis redis = EmbeddedRedis.start(data.resolve("redis"), options.redisPort());
        return new Server(
                "Redis",
                "redis://127.0.0.1:" + redis.port(),
                Map.of(
                        "spring.data.redis.host", "127.0.0.1",
                        "spring.data.redis.port", Integer.toString(redis.port()),
                        "spring.data.redis.password", redis.password()),
                redis);
    }

    private static Server store(Options options, Path data, String secret) {
        EmbeddedStore store =
                EmbeddedStore.start(data.resolve("store"), options.storePort(), ACCESS_KEY, secret, BUCKET);
        return new Server(
                "store",
                store.endpoint() + "/" + BUCKET,
                Map.of(
                        "mobile-sync.store.endpoint", store.endpoint().toString(),
                        "mobile-sync.store.access-key", ACCESS_KEY,
                        "mobile-sync.store.secret-key", secret,
                        "mobile-sync.store.bucket", BUCKET),
                store);
    }

    /** Spring properties that connect the services to the embedded servers. */
    Map<String, String> properties() {
        Map<String, String> all = new HashMap<>();
        servers.forEach(server -> all.putAll(server.properties()));
        return all;
    }

    @Override
    public void close() {
        servers.forEach(BackingServices::close);
    }

    private static void close(Server server) {
        if (server.embedded() == null) {
            return;
        }
        try {
            server.embedded().close();
        } catch (Exception e) {
            System.err.println("could not stop the embedded " + server.name() + ": " + e.getMessage());
        }
    }
}
