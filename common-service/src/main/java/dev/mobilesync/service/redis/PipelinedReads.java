package dev.mobilesync.service.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisPipelineException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Reads of many keys in one round trip. */
public final class PipelinedReads {

    private PipelinedReads() {}

    /**
     * Runs one read command per item in one round trip. If a key has another type, it takes several round trips, because
     * Lettuce discards all replies of a pipeline in which a command failed.
     *
     * @return one reply per item; a {@link RedisPipelineException} for a key of another type
     * @throws DataAccessException if a command failed for another reason
     */
    @SuppressWarnings("NullAway") // a pipelined callback has to return null
    public static <T> List<@Nullable Object> readAll(
            StringRedisTemplate redis, List<T> items, BiConsumer<RedisConnection, T> command) {
        try {
            return redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
                items.forEach(item -> command.accept(connection, item));
                return null;
            });
        } catch (RedisPipelineException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            if (items.size() == 1) {
                return List.of(e);
            }
            int half = items.size() / 2;
            List<@Nullable Object> replies = new ArrayList<>(readAll(redis, items.subList(0, half), command));
            replies.addAll(readAll(redis, items.subList(half, items.size()), command));
            return replies;
        }
    }
}
