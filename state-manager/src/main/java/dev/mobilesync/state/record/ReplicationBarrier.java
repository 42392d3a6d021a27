package dev.mobilesync.state.record;

import dev.mobilesync.state.StateManagerProperties;
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
import org.springframework.stereotype.Component;

/**
 * Waits until replicas of Redis have received all earlier writes, so that a failover to one of them loses nothing.
 * Replicas apply writes in order, so a later write over a separate connection covers all earlier ones. The separate
 * connection keeps {@code WAIT} from blocking other commands.
 */
@Component
public final class ReplicationBarrier implements AutoCloseable {

    private static final String BARRIER = "mobile_sync:replica_barrier";
    private static final Duration BARRIER_TTL = Duration.ofMinutes(1);
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(1);

    private final LettuceConnectionFactory redis;
    private final int replicas;
    private final Duration timeout;
    private @Nullable StatefulRedisConnection<String, String> connection;

    ReplicationBarrier(LettuceConnectionFactory redis, StateManagerProperties properties) {
        this.redis = redis;
        this.replicas = properties.replicaAcks();
        this.timeout = properties.replicaTimeout();
        if (replicas > 0 && redis.isClusterAware()) {
            throw new IllegalArgumentException("mobile-sync.replica-acks (MOBILE_SYNC_REPLICA_ACKS) must be 0 with a"
                    + " Redis Cluster: it is for one Redis with replicas");
        }
    }

    /**
     * Blocks until the replicas have acknowledged all earlier writes.
     *
     * @throws DataAccessResourceFailureException if too few do so in time; they may still receive the writes later
     */
    public void await() {
        if (replicas == 0) {
            return;
        }
        try {
            Future<Long> reply;
            synchronized (this) {
                RedisAsyncCommands<String, String> commands = connection().async();
                commands.set(BARRIER, "", SetArgs.Builder.ex(BARRIER_TTL));
                reply = commands.waitForReplication(replicas, timeout.toMillis());
            }
            long acknowledged = reply.get(timeout.plus(REPLY_TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
            if (acknowledged < replicas) {
                throw new DataAccessResourceFailureException(acknowledged + " of " + replicas
                        + " replicas acknowledged within " + timeout.toMillis() + " ms");
            }
        } catch (RedisException | ExecutionException | TimeoutException e) {
            throw new DataAccessResourceFailureException(
                    "Redis did not report whether its replicas have acknowledged", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DataAccessResourceFailureException("interrupted", e);
        }
    }

    private StatefulRedisConnection<String, String> connection() {
        StatefulRedisConnection<String, String> open = connection;
        if (open == null) {
            open = ((RedisClient) redis.getRequiredNativeClient()).connect();
            // Longer than the server waits, so that its reply still arrives.
            open.setTimeout(timeout.plus(REPLY_TIMEOUT));
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
