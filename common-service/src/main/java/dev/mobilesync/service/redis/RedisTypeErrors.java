package dev.mobilesync.service.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisPipelineException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Errors of keys that have another type than expected. They affect one key and are not an outage of Redis. */
public final class RedisTypeErrors {

    private RedisTypeErrors() {}

    /** Returns whether Redis rejected a command because of its key's type. */
    public static boolean isWrongType(Throwable e) {
        String message = NestedExceptionUtils.getMostSpecificCause(e).getMessage();
        return message != null && message.startsWith("WRONGTYPE");
    }

    /**
     * Runs one read command per item in one round trip. If a key has another type, it takes several round trips, because
     * Lettuce discards all replies of a pipeline in which a command failed.
     *
     * @return one reply per item; a {@link RedisPipelineException} for a key of another type
     * @throws DataAccessException if a command failed for another reason
     */
    @SuppressWarnings("NullAway") // a pipelined callback has to return null
    public static <T> List<@Nullable Object> pipelined(
            StringRedisTemplate redis, List<T> items, BiConsumer<RedisConnection, T> command) {
        try {
            return redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
                items.forEach(item -> command.accept(connection, item));
                return null;
            });
        } catch (RedisPipelineException e) {
            if (!isWrongType(e)) {
                throw e;
            }
            if (items.size() == 1) {
                return List.of(e);
            }
            int half = items.size() / 2;
            List<@Nullable Object> replies = new ArrayList<>(pipelined(redis, items.subList(0, half), command));
            replies.addAll(pipelined(redis, items.subList(half, items.size()), command));
            return replies;
        }
    }
}
