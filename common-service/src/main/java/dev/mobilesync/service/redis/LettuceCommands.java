package dev.mobilesync.service.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.function.Function;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/** Sends commands of Lettuce on the connection that Spring shares, to one Redis or to a cluster. */
public final class LettuceCommands {

    private LettuceCommands() {}

    /**
     * Sends a command without waiting for its reply.
     *
     * @param <K> {@code byte[]}; a type variable for callers whose arrays of keys are not of type {@code byte[][]}
     * @return completes on a thread of Lettuce, exceptionally with an exception of Lettuce
     * @throws org.springframework.dao.DataAccessException if there is no connection
     */
    @SuppressWarnings("unchecked")
    public static <K, V> RedisFuture<V> send(
            RedisConnectionFactory factory, Function<RedisClusterAsyncCommands<K, byte[]>, RedisFuture<V>> command) {
        try (RedisConnection connection = factory.getConnection()) {
            return command.apply((RedisClusterAsyncCommands<K, byte[]>) connection.getNativeConnection());
        }
    }
}
