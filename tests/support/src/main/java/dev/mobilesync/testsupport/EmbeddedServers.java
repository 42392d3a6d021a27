package dev.mobilesync.testsupport;

import dev.mobilesync.embedded.EmbeddedBroker;
import dev.mobilesync.embedded.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/** The servers that {@code standalone} embeds, on free ports and in a separate directory. */
public final class EmbeddedServers implements TestServers {

    private final Path directory;
    private final EmbeddedBroker broker;
    private final EmbeddedRedis redis;
    private final TestStore store;

    private EmbeddedServers(Path directory) {
        this.directory = directory;
        this.broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        this.redis = EmbeddedRedis.start(directory.resolve("redis"), 0);
        this.store = TestStore.open();
    }

    public static EmbeddedServers open() {
        ServerUsage.record(ServerKind.EMBEDDED);
        try {
            return new EmbeddedServers(Files.createTempDirectory("mobile-sync-test"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>(store.properties());
        properties.put("spring.rabbitmq.host", "127.0.0.1");
        properties.put("spring.rabbitmq.port", Integer.toString(broker.port()));
        properties.put("spring.data.redis.host", "127.0.0.1");
        properties.put("spring.data.redis.port", Integer.toString(redis.port()));
        properties.put("spring.data.redis.password", redis.password());
        return properties;
    }

    @Override
    public void reset() {
        RedisClient client = RedisClient.create(RedisUris.of(properties()));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().flushall();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        BrokerQueues.purge(properties());
    }

    @Override
    public void close() {
        broker.close();
        redis.close();
        store.close();
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
