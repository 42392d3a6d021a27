package dev.mobilesync.socket.limit;

import dev.mobilesync.service.hash.Sha256;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.stereotype.Component;

/** Limits the connections per token over all instances, or on this instance while Redis is unavailable. */
@Component
public final class TokenConnectionLimiter implements DisposableBean {

    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final int PUBLISH_BATCH = 1_000;

    private final int limit;
    private final Clock clock;
    private final SocketExecutors executors;
    private final SharedConnectionCounter shared;
    private final Map<String, LocalCount> counts = new HashMap<>();

    private record LocalCount(int count, Instant expiresAt) {}

    private record Added(int count, CompletableFuture<Map<String, Integer>> published) {}

    /**
     * A connection that counts.
     *
     * @param release releases the connection; further runs have no effect
     * @param isWithinLimit whether the connections of all instances are within the limit. It completes on any thread, mostly within
     *     half a second. It takes longer if the sum exceeds the limit, and Redis is slow to answer which instances are dead. It
     *     fails with {@code RejectedExecutionException} if this instance is overloaded
     */
    public record Registration(Runnable release, CompletableFuture<Boolean> isWithinLimit) {}

    TokenConnectionLimiter(
            SocketServerProperties properties, RedisConnectionFactory redis, Clock clock, SocketExecutors executors) {
        this.limit = properties.limits().connectionsPerToken();
        this.clock = clock;
        this.executors = executors;
        this.shared = new SharedConnectionCounter(redis);
        if (limit > 0) {
            shared.start(this::republishAll);
        }
    }

    /**
     * Registers a connection. Does not block.
     *
     * @param token in compact serialization
     * @throws FrameRejectedException if this instance alone has reached the limit
     */
    public Registration register(String token, Instant expiresAt) {
        if (limit == 0) {
            return new Registration(() -> {}, CompletableFuture.completedFuture(true));
        }
        String key = key(token);
        Added added = add(key, expiresAt.plus(GRACE));
        AtomicBoolean released = new AtomicBoolean();
        Runnable release = () -> {
            if (released.compareAndSet(false, true)) {
                remove(key);
            }
        };
        int room = limit - added.count();
        return new Registration(release, shared.areOthersWithin(key, added.published(), room, executors.blocking()));
    }

    private Added add(String key, Instant expiresAt) {
        synchronized (counts) {
            LocalCount previous = counts.get(key);
            int count = previous == null ? 1 : previous.count() + 1;
            if (count > limit) {
                throw new FrameRejectedException(DisconnectReason.TOO_MANY_CONNECTIONS);
            }
            LocalCount now = new LocalCount(count, expiresAt);
            counts.put(key, now);
            return new Added(count, publish(key, now));
        }
    }

    private void remove(String key) {
        synchronized (counts) {
            LocalCount previous = counts.get(key);
            if (previous == null) {
                return;
            }
            LocalCount now = new LocalCount(previous.count() - 1, previous.expiresAt());
            if (now.count() == 0) {
                counts.remove(key);
            } else {
                counts.put(key, now);
            }
            publish(key, now);
        }
    }

    private CompletableFuture<Map<String, Integer>> publish(String key, LocalCount now) {
        return shared.publish(key, now.count(), Duration.between(clock.instant(), now.expiresAt()));
    }

    private void republishAll() {
        List<String> keys;
        synchronized (counts) {
            keys = List.copyOf(counts.keySet());
        }
        for (int i = 0; i < keys.size(); i++) {
            CompletableFuture<?> published;
            synchronized (counts) {
                LocalCount now = counts.get(keys.get(i));
                published = now == null ? CompletableFuture.completedFuture(null) : publish(keys.get(i), now);
            }
            if (i % PUBLISH_BATCH == PUBLISH_BATCH - 1) {
                SharedConnectionCounter.await(published);
            }
        }
    }

    /** A hash of the signed part only, because one signature has several encodings. */
    private static String key(String token) {
        return Sha256.truncated(token.substring(0, Math.max(0, token.lastIndexOf('.'))));
    }

    public int tokenCount() {
        synchronized (counts) {
            return counts.size();
        }
    }

    /** Whether Redis is available. If not, the limit applies to this instance only. */
    public boolean isRedisAvailable() {
        return shared.isRedisAvailable();
    }

    @Override
    public void destroy() {
        shared.close();
    }
}
