package dev.mobilesync.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.embedded.EmbeddedRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses a separate Redis, to lease all of its databases. */
class LeasedRedisDatabaseIT {

    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(200);
    private static final Duration LONG_LEASE = Duration.ofMinutes(1);

    private static EmbeddedRedis redis;
    private static RedisURI uri;
    private static RedisClient client;

    private final List<LeasedRedisDatabase> leased = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        ServerUsage.record(ServerKind.EMBEDDED);
        redis = EmbeddedRedis.start(directory, 0);
        uri = RedisURI.builder(RedisURI.create("127.0.0.1", redis.port()))
                .withPassword(redis.password().toCharArray())
                .build();
        client = RedisClient.create(uri);
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
    }

    @AfterEach
    void closeAll() {
        leased.forEach(LeasedRedisDatabase::close);
        redis(0).flushall();
    }

    @Test
    void leasesDatabaseUntilClosed() {
        for (int i = 0; i < 15; i++) {
            lease(LONG_LEASE);
        }
        assertThat(leased).extracting(LeasedRedisDatabase::number).doesNotHaveDuplicates();
        assertThatThrownBy(() -> lease(LONG_LEASE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use by other tests");

        LeasedRedisDatabase one = leased.remove(7);
        redis(one.number()).set("left", "behind");
        one.close();

        assertThat(lease(LONG_LEASE).number()).isEqualTo(one.number());
        assertThat(redis(one.number()).dbsize()).isZero();
    }

    @Test
    void releasesLeaseWhenJvmEnds() {
        Duration leaseTime = Duration.ofMillis(500);
        lease(leaseTime);
        String key = "mobile_sync_tests:leased_database:1";
        RedisCommands<String, String> leases = redis(0);
        await().during(leaseTime.multipliedBy(3)).until(() -> leases.exists(key) == 1);

        leases.set(key, "of a JVM that was killed meanwhile");
        leases.pexpire(key, 200);

        await().atMost(Duration.ofSeconds(2)).until(() -> leases.exists(key) == 0);
    }

    private LeasedRedisDatabase lease(Duration leaseTime) {
        LeasedRedisDatabase database = new LeasedRedisDatabase(uri, SHORT_TIMEOUT, leaseTime);
        leased.add(database);
        return database;
    }

    private RedisCommands<String, String> redis(int database) {
        RedisCommands<String, String> commands = client.connect().sync();
        assertThat(commands.select(database)).isEqualTo("OK");
        return commands;
    }
}
