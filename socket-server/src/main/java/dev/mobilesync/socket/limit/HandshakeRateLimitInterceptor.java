package dev.mobilesync.socket.limit;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.http.Problem;
import dev.mobilesync.service.ratelimit.ClientAddress;
import dev.mobilesync.service.ratelimit.RateLimit;
import dev.mobilesync.service.ratelimit.RateLimiter;
import dev.mobilesync.socket.SocketServerProperties.Limits;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Limits the rate of handshakes per client address. */
public final class HandshakeRateLimitInterceptor implements HandshakeInterceptor {

    private final RateLimiter limiter;
    private final @Nullable RateLimit limit;

    public HandshakeRateLimitInterceptor(Limits limits, RateLimiter limiter) {
        this.limiter = limiter;
        this.limit = limits.connectsPerAddress() == 0
                ? null
                : RateLimit.perMinute("connects-per-address", limits.connectsPerAddress());
    }

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws IOException {
        if (limit == null || !(request instanceof ServletServerHttpRequest servlet)) {
            return true;
        }
        Duration wait = limiter.tryConsume(
                limit, ClientAddress.key(servlet.getServletRequest().getRemoteAddr()));
        if (wait.isZero()) {
            return true;
        }
        Problem.of(ErrorCode.TOO_MANY_REQUESTS, "more than " + limit.tokens() + " per minute (" + limit.name() + ")")
                .withRetryAfter(wait)
                .send(((ServletServerHttpResponse) response).getServletResponse());
        return false;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception failure) {
        // nothing to release
    }
}
