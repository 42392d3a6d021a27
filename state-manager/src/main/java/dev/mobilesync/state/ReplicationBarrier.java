package dev.mobilesync.state;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Waits until replicas of Redis have what was written, so that a failover to one of them does not lose it. Replicas take
 * everything in order: a write over a connection of its own, made after the others, stands for all before it. That
 * connection is the one that waits; nobody else's commands stand behind it.
 */
final class ReplicationBarrier implements AutoCloseable {

    private static final String BARRIER = "mobile_sync:replica_barrier";
    private static final Duration BARRIER_LIFE = Duration.ofMinutes(1);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);

    private final LettuceConnectionFactory redis;
    private final int replicas;
    private final Duration timeout;
    private @Nullable StatefulRedisConnection<String, String> connection;

    /**
     * @param replicas how many must have it; 0 to wait for none
     * @param timeout how long that may take
     */
    ReplicationBarrier(LettuceConnectionFactory redis, int replicas, Duration timeout) {
        this.redis = redis;
        this.replicas = replicas;
        this.timeout = timeout;
        if (replicas > 0 && redis.isClusterAware()) {
            throw new IllegalArgumentException("mobile-sync.replica-acks (MOBILE_SYNC_REPLICA_ACKS) must be 0 with a"
                    + " Redis Cluster: it is for one Redis with replicas");
        }
    }

    /**
     * Returns when they have all that was written before.
     *
     * @throws DataAccessResourceFailureException if too few have it in time; they may have it later
     */
    void await() {
        if (replicas == 0) {
            return;
        }
        try {
            Future<Long> answer;
            synchronized (this) {
                RedisAsyncCommands<String, String> commands = connection().async();
                commands.set(BARRIER, "", SetArgs.Builder.ex(BARRIER_LIFE));
                answer = commands.waitForReplication(replicas, timeout.toMillis());
            }
            long have = answer.get(timeout.plus(ANSWER_TIME).toMillis(), TimeUnit.MILLISECONDS);
            if (have < replicas) {
                throw new DataAccessResourceFailureException(
                        have + " of " + replicas + " replicas have it within " + timeout.toMillis() + " ms");
            }
        } catch (RedisException | ExecutionException | TimeoutException e) {
            throw new DataAccessResourceFailureException("the replicas could not be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataAccessResourceFailureException("interrupted", e);
        }
    }

    private StatefulRedisConnection<String, String> connection() {
        StatefulRedisConnection<String, String> open = connection;
        if (open == null) {
            open = ((RedisClient) redis.getRequiredNativeClient()).connect();
            // Longer than the server itself may take, so that an answer is not given up on just before it comes.
            open.setTimeout(timeout.plus(ANSWER_TIME));
            connection = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        StatefulRedisConnection<String, String> open = connection;
        if (open != null && open.isOpen()) {
            open.close();
        }
    }
}
