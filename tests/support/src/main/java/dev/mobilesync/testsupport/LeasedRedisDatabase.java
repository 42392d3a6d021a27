package dev.mobilesync.testsupport;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * An exclusive, emptied database (1 to 15) of a Redis that several JVMs share. The leases are keys in database 0, which
 * expire a minute after their JVM was killed.
 */
final class LeasedRedisDatabase implements AutoCloseable {

    private static final int DATABASES = 16;
    private static final String LEASE_KEY = "mobile_sync_tests:leased_database:";
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LEASE_TIME = Duration.ofMinutes(1);
    private static final int RENEWALS = 6;
    private static final String IF_STILL_LEASED =
            "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call(%s) end";

    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final String owner = ProcessHandle.current().pid() + " " + UUID.randomUUID();
    private final ScheduledExecutorService renewing = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "redis-database-lease");
        thread.setDaemon(true);
        return thread;
    });
    private final Duration leaseTime;
    private int number;

    /**
     * Waits up to several minutes for a free database.
     *
     * @throws IllegalStateException if none becomes free
     */
    LeasedRedisDatabase(RedisURI redis) {
        this(redis, TIMEOUT, LEASE_TIME);
    }

    /**
     * @param timeout the maximum wait
     * @param leaseTime the time until the lease of a killed JVM expires
     */
    LeasedRedisDatabase(RedisURI redis, Duration timeout, Duration leaseTime) {
        this.leaseTime = leaseTime;
        client = RedisClient.create(redis);
        connection = client.connect();
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(500))
                    .atMost(timeout)
                    .until(this::tryLease);
        } catch (ConditionTimeoutException e) {
            close();
            throw new IllegalStateException(
                    "all Redis databases but 0 at %s:%d are in use by other tests: see the keys %s* in database 0"
                            .formatted(redis.getHost(), redis.getPort(), LEASE_KEY),
                    e);
        }
        long every = leaseTime.toMillis() / RENEWALS;
        renewing.scheduleAtFixedRate(this::renew, every, every, TimeUnit.MILLISECONDS);
        empty();
    }

    int number() {
        return number;
    }

    private boolean tryLease() {
        SetArgs ifFree = SetArgs.Builder.nx().px(leaseTime);
        for (int database = 1; database < DATABASES; database++) {
            if (connection.sync().set(LEASE_KEY + database, owner, ifFree) != null) {
                number = database;
                return true;
            }
        }
        return false;
    }

    private void renew() {
        try {
            ifStillLeased("'pexpire', KEYS[1], '" + leaseTime.toMillis() + "'");
        } catch (RedisException e) {
            // Retried soon.
        }
    }

    private void ifStillLeased(String command) {
        connection
                .sync()
                .eval(
                        IF_STILL_LEASED.formatted(command),
                        ScriptOutputType.INTEGER,
                        new String[] {LEASE_KEY + number},
                        owner);
    }

    void empty() {
        try (StatefulRedisConnection<String, String> own = client.connect()) {
            RedisCommands<String, String> commands = own.sync();
            requireNonNull(commands.select(number));
            commands.flushdb();
        }
    }

    @Override
    public void close() {
        renewing.shutdownNow();
        if (number != 0) {
            empty();
            ifStillLeased("'del', KEYS[1]");
        }
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
