package dev.mobilesync.socket.limit;

import dev.mobilesync.socket.SocketLimits;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.stereotype.Component;

/** How many connections there are with each token, on all instances; while Redis is away, on this one. */
@Component
public final class TokenConnectionLimiter implements DisposableBean {

    private static final int KEY_BYTES = 16;
    private static final Duration AFTER_EXPIRY = Duration.ofMinutes(1);
    private static final int TOLD_AT_ONCE = 1_000;

    private final int limit;
    private final Clock clock;
    private final ClusterCounter shared;
    private final Map<String, Present> present = new HashMap<>();

    private record Present(int count, Instant forgetAt) {}

    private record Entered(int count, CompletableFuture<Map<String, Integer>> told) {}

    TokenConnectionLimiter(SocketLimits limits, RedisConnectionFactory redis, Clock clock) {
        this.limit = limits.connectionsPerToken();
        this.clock = clock;
        this.shared = new ClusterCounter(redis);
        if (limit > 0) {
            shared.start(this::tellAll);
        }
    }

    /**
     * Counts one more. Waits for Redis half a second at most.
     *
     * @param token in its compact form
     * @return what counts it off, once, however often it is run
     * @throws FrameRejectedException if there are as many as there may be
     */
    public Runnable enter(String token, Instant expiresAt) {
        if (limit == 0) {
            return () -> {};
        }
        String key = key(token);
        Entered entered = add(key, expiresAt.plus(AFTER_EXPIRY));
        AtomicBoolean left = new AtomicBoolean();
        Runnable leave = () -> {
            if (left.compareAndSet(false, true)) {
                remove(key);
            }
        };
        int room = limit - entered.count();
        if (shared.areShared() && shared.elsewhere(key, entered.told(), room) > room) {
            leave.run();
            throw new FrameRejectedException(DisconnectReason.TOO_MANY_CONNECTIONS);
        }
        return leave;
    }

    private Entered add(String key, Instant forgetAt) {
        synchronized (present) {
            Present before = present.get(key);
            int count = before == null ? 1 : before.count() + 1;
            if (count > limit) {
                throw new FrameRejectedException(DisconnectReason.TOO_MANY_CONNECTIONS);
            }
            Present now = new Present(count, forgetAt);
            present.put(key, now);
            return new Entered(count, tell(key, now));
        }
    }

    private void remove(String key) {
        synchronized (present) {
            Present before = present.get(key);
            if (before == null) {
                return;
            }
            Present now = new Present(before.count() - 1, before.forgetAt());
            if (now.count() == 0) {
                present.remove(key);
            } else {
                present.put(key, now);
            }
            tell(key, now);
        }
    }

    private CompletableFuture<Map<String, Integer>> tell(String key, Present now) {
        return shared.tell(key, now.count(), Duration.between(clock.instant(), now.forgetAt()));
    }

    private void tellAll() {
        List<String> keys;
        synchronized (present) {
            keys = List.copyOf(present.keySet());
        }
        for (int i = 0; i < keys.size(); i++) {
            CompletableFuture<?> told;
            synchronized (present) {
                Present now = present.get(keys.get(i));
                told = now == null ? CompletableFuture.completedFuture(null) : tell(keys.get(i), now);
            }
            if (i % TOLD_AT_ONCE == TOLD_AT_ONCE - 1) {
                ClusterCounter.await(told);
            }
        }
    }

    /** Of what is signed: the signature itself can be written in several ways. */
    private static String key(String token) {
        String signed = token.substring(0, Math.max(0, token.lastIndexOf('.')));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(signed.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public int tokens() {
        synchronized (present) {
            return present.size();
        }
    }

    /** Whether other instances' connections count now. */
    public boolean areShared() {
        return shared.areShared();
    }

    @Override
    public void destroy() {
        shared.close();
    }
}
