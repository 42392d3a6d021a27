package dev.mobilesync.socket.limit;

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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/**
 * What the instances tell each other about how many of something each of them has. Of each key there is a hash in Redis,
 * with one field per instance, which that instance alone writes, and only when its count changes. Beside them each instance
 * has one key that it keeps alive: without it, its counts are those of the dead.
 *
 * <p>An instance that could not tell something, or was taken for dead, goes on under a new name and tells all it has. So
 * nothing that is left under the old one has to be found and mended.
 */
final class ClusterCounter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterCounter.class);
    private static final String COUNTS = "mobile_sync:connections:";
    private static final String INSTANCE = "mobile_sync:socket_server:";
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final Duration DEAD_AFTER = Duration.ofSeconds(6);
    private static final Duration PATIENCE = Duration.ofMillis(500);
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
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "socket-shared-counts");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String instance = "";
    private volatile boolean shared;

    ClusterCounter(RedisConnectionFactory redis) {
        this.redis = redis;
    }

    /**
     * @param tellAll tells every count that there is here; run whenever Redis may not have them
     */
    void start(Runnable tellAll) {
        heart.scheduleWithFixedDelay(() -> beat(tellAll), 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether Redis can be asked: otherwise nothing is told and nothing heard, and nobody waits for it. */
    boolean areShared() {
        return shared;
    }

    /**
     * Tells how many there are here now. It does not wait; what is told of one key must be told in order.
     *
     * @param life after which time they can be forgotten
     * @return what the other instances have told, those that are dead too
     */
    CompletableFuture<Map<String, Integer>> tell(String key, int count, Duration life) {
        String me = instance;
        CompletableFuture<List<byte[]>> reply = shared
                ? call(commands -> commands.eval(
                        WRITE_AND_READ,
                        ScriptOutputType.MULTI,
                        new byte[][] {bytes(COUNTS + key)},
                        bytes(me),
                        bytes(Integer.toString(count)),
                        bytes(Long.toString(Math.max(1, life.toMillis())))))
                : CompletableFuture.failedFuture(new IllegalStateException("Redis is away"));
        return reply.thenApply(told -> others(told, me)).whenComplete((told, failure) -> {
            if (failure != null) {
                isAway(failure);
            }
        });
    }

    private static Map<String, Integer> others(List<byte[]> told, String me) {
        Map<String, Integer> others = new HashMap<>();
        for (int i = 0; i + 1 < told.size(); i += 2) {
            others.put(string(told.get(i)), Integer.valueOf(string(told.get(i + 1))));
        }
        others.remove(me);
        return others;
    }

    /**
     * How many of {@code key} other instances have; those that are dead are asked about only if it matters.
     *
     * @param told what {@link #tell} returned; waited for, but not for long
     * @param enough a number that makes no difference, nor does any less
     * @return 0 if Redis is away
     */
    int elsewhere(String key, CompletableFuture<Map<String, Integer>> told, int enough) {
        try {
            Map<String, Integer> others = new HashMap<>(await(told));
            if (sum(others) > enough) {
                Map<String, CompletableFuture<Long>> living = new HashMap<>();
                others.forEach((name, count) ->
                        living.put(name, call(commands -> commands.exists(new byte[][] {bytes(INSTANCE + name)}))));
                for (String name : living.keySet()) {
                    if (await(living.get(name)) == 0) {
                        others.remove(name);
                        call(commands -> commands.hdel(bytes(COUNTS + key), bytes(name)));
                    }
                }
            }
            return sum(others);
        } catch (IllegalStateException e) {
            isAway(e);
            return 0;
        }
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void beat(Runnable tellAll) {
        try {
            if (shared
                    && "OK"
                            .equals(await(write(
                                    instance, SetArgs.Builder.px(DEAD_AFTER).xx())))) {
                return;
            }
            String before = instance;
            instance = UUID.randomUUID().toString();
            if (!before.isEmpty()) {
                await(call(commands -> commands.del(new byte[][] {bytes(INSTANCE + before)})));
            }
            await(write(instance, SetArgs.Builder.px(DEAD_AFTER)));
            shared = true;
            tellAll.run();
        } catch (RuntimeException e) {
            isAway(e);
        }
    }

    private CompletableFuture<String> write(String name, SetArgs life) {
        return call(commands -> commands.set(bytes(INSTANCE + name), bytes("1"), life));
    }

    private void isAway(Throwable e) {
        shared = false;
        log.debug("counts are this instance's own", e);
    }

    /**
     * @throws IllegalStateException if it is not there soon
     */
    static <V> V await(CompletableFuture<V> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Redis is away", e);
        }
    }

    @SuppressWarnings("unchecked")
    private <V> CompletableFuture<V> call(Function<RedisClusterAsyncCommands<byte[], byte[]>, RedisFuture<V>> command) {
        try (RedisConnection connection = redis.getConnection()) {
            return command.apply((RedisClusterAsyncCommands<byte[], byte[]>) connection.getNativeConnection())
                    .toCompletableFuture();
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

    /** What is here counts for nothing any more. */
    @Override
    public void close() {
        heart.shutdownNow();
        if (shared) {
            call(commands -> commands.del(new byte[][] {bytes(INSTANCE + instance)}));
        }
    }
}
