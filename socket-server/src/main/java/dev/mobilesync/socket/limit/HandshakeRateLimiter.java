package dev.mobilesync.socket.limit;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.service.ratelimit.ClientAddress;
import dev.mobilesync.service.ratelimit.RateLimit;
import dev.mobilesync.service.ratelimit.RateLimiter;
import dev.mobilesync.socket.SocketServerProperties;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Limits the rate of handshakes per client address. */
@Component
public final class HandshakeRateLimiter {

    private final RateLimiter limiter;
    private final @Nullable RateLimit limit;

    HandshakeRateLimiter(SocketServerProperties properties, RateLimiter limiter) {
        int handshakes = properties.limits().handshakesPerAddress();
        this.limiter = limiter;
        this.limit = handshakes == 0 ? null : RateLimit.perMinute("handshakes-per-address", handshakes);
    }

    public boolean isEnabled() {
        return limit != null;
    }

    /**
     * Counts a handshake. May wait for Redis.
     *
     * @return {@code null} if it is within the limit; otherwise the response
     */
    public @Nullable Problem tryAcquire(String clientAddress) {
        if (limit == null) {
            return null;
        }
        Duration wait = limiter.tryConsume(limit, ClientAddress.key(clientAddress));
        return wait.isZero()
                ? null
                : Problem.of(
                                ErrorCode.TOO_MANY_REQUESTS,
                                "more than " + limit.tokens() + " per minute (" + limit.name() + ")")
                        .withRetryAfter(wait);
    }
}
