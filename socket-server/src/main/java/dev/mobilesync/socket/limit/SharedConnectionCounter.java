package dev.mobilesync.socket.limit;

import dev.mobilesync.service.redis.LettuceCommands;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * Counts of connections that all instances share through Redis. Each key is a hash with one field per instance: the number of
 * its connections. An instance sets only its own field, when its count changes, and deletes those of dead instances. It also
 * refreshes a heart-beat key. Counts of instances without a heart-beat key are ignored.
 *
 * <p>After a failed write, or when its heart-beat key has expired, an instance takes a new name and publishes all its counts
 * again. Its counts under the old name are then ignored.
 */
final class SharedConnectionCounter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedConnectionCounter.class);
    private static final String COUNTS_PREFIX = "mobile_sync:connections:";
    private static final String INSTANCE_PREFIX = "mobile_sync:socket_server:";
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(2);
    private static final Duration HEARTBEAT_TTL = Duration.ofSeconds(6);
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final byte[] WRITE_AND_READ = bytes("""
            if ARGV[2] == '0' then
              redis.call('hdel', KEYS[1], ARGV[1])
            else
              redis.call('hset', KEYS[1], ARGV[1], ARGV[2])
              redis.call('pexpire', KEYS[1], ARGV[3])
            end
            return redis.call('hgetall', KEYS[1])
            """);

    private final RedisConnectionFactory redis;
    private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "socket-shared-counts");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String instance = "";
    private volatile boolean available;

    SharedConnectionCounter(RedisConnectionFactory redis) {
        this.redis = redis;
    }

    /**
     * @param republishAll publishes all counts of this instance; called whenever Redis may lack them
     */
    void start(Runnable republishAll) {
        heartbeats.scheduleWithFixedDelay(
                () -> sendHeartbeat(republishAll), 0, HEARTBEAT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether Redis was available at the last attempt. If not, only local counts apply, and callers do not wait. */
    boolean isRedisAvailable() {
        return available;
    }

    /**
     * Publishes this instance's count without blocking. Updates of one key must stay ordered.
     *
     * @param ttl time after which the count expires
     * @return the counts of the other instances, including dead ones
     */
    CompletableFuture<Map<String, Integer>> publish(String key, int count, Duration ttl) {
        String self = instance;
        CompletableFuture<List<byte[]>> reply = available
                ? call(commands -> commands.eval(
                        WRITE_AND_READ,
                        ScriptOutputType.MULTI,
                        new byte[][] {bytes(COUNTS_PREFIX + key)},
                        bytes(self),
                        bytes(Integer.toString(count)),
                        bytes(Long.toString(Math.max(1, ttl.toMillis())))))
                : CompletableFuture.failedFuture(new IllegalStateException("Redis is unavailable"));
        return reply.thenApply(counts -> others(counts, self)).whenComplete((counts, failure) -> {
            if (failure != null) {
                onUnavailable(failure);
            }
        });
    }

    private static Map<String, Integer> others(List<byte[]> counts, String self) {
        Map<String, Integer> others = new HashMap<>();
        for (int i = 0; i + 1 < counts.size(); i += 2) {
            others.put(string(counts.get(i)), Integer.valueOf(string(counts.get(i + 1))));
        }
        others.remove(self);
        return others;
    }

    /**
     * Whether the sum of the counts of the other instances is at most {@code max}. Excludes dead instances, but asks which are
     * dead only if the sum would exceed it.
     *
     * @param counts the result of {@link #publish}; without a result within the timeout, the other instances do not count
     * @param executor runs the blocking requests that find out which instances are dead
     * @return completes on any thread; exceptionally if the executor rejects the task
     */
    CompletableFuture<Boolean> areOthersWithin(
            String key, CompletableFuture<Map<String, Integer>> counts, int max, Executor executor) {
        return counts.copy()
                .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    onUnavailable(failure);
                    return Map.of();
                })
                .thenCompose(others -> sum(others) <= max
                        ? CompletableFuture.completedFuture(true)
                        : CompletableFuture.supplyAsync(() -> sum(withoutDead(key, others)) <= max, executor));
    }

    private Map<String, Integer> withoutDead(String key, Map<String, Integer> counts) {
        try {
            Map<String, Integer> others = new HashMap<>(counts);
            Map<String, CompletableFuture<Long>> alive = new HashMap<>();
            others.forEach((name, count) ->
                    alive.put(name, call(commands -> commands.exists(new byte[][] {bytes(INSTANCE_PREFIX + name)}))));
            for (String name : alive.keySet()) {
                if (await(alive.get(name)) == 0) {
                    others.remove(name);
                    call(commands -> commands.hdel(bytes(COUNTS_PREFIX + key), bytes(name)));
                }
            }
            return others;
        } catch (IllegalStateException e) {
            onUnavailable(e);
            return Map.of();
        }
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void sendHeartbeat(Runnable republishAll) {
        try {
            if (available
                    && "OK"
                            .equals(await(write(
                                    instance, SetArgs.Builder.px(HEARTBEAT_TTL).xx())))) {
                return;
            }
            String previous = instance;
            instance = UUID.randomUUID().toString();
            if (!previous.isEmpty()) {
                await(call(commands -> commands.del(new byte[][] {bytes(INSTANCE_PREFIX + previous)})));
            }
            await(write(instance, SetArgs.Builder.px(HEARTBEAT_TTL)));
            available = true;
            republishAll.run();
        } catch (RuntimeException e) {
            onUnavailable(e);
        }
    }

    private CompletableFuture<String> write(String name, SetArgs ttl) {
        return call(commands -> commands.set(bytes(INSTANCE_PREFIX + name), bytes("1"), ttl));
    }

    private void onUnavailable(Throwable e) {
        available = false;
        log.debug("Redis is unavailable: only local counts apply", e);
    }

    /**
     * Waits for a reply of Redis.
     *
     * @throws IllegalStateException if it fails or does not arrive in time
     */
    static <V> V await(CompletableFuture<V> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Redis is unavailable", e);
        }
    }

    private <V> CompletableFuture<V> call(Function<RedisClusterAsyncCommands<byte[], byte[]>, RedisFuture<V>> command) {
        try {
            return LettuceCommands.send(redis, command).toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Removes the heart-beat key, so that this instance's counts are ignored. */
    @Override
    public void close() {
        heartbeats.shutdownNow();
        if (available) {
            call(commands -> commands.del(new byte[][] {bytes(INSTANCE_PREFIX + instance)}));
        }
    }
}
