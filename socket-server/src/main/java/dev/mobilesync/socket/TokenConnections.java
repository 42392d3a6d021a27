package dev.mobilesync.socket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Component;

/** How many connections there are with each token, on this instance. */
@Component
final class TokenConnections {

    private static final int KEY_BYTES = 16;

    private final int limit;
    private final ConcurrentMap<String, Integer> counts = new ConcurrentHashMap<>();

    TokenConnections(SocketLimits limits) {
        this.limit = limits.connectionsPerToken();
    }

    /**
     * Counts one more.
     *
     * @param token in its compact form
     * @return what counts it off, once, however often it is run
     * @throws RefusedException if there are as many as there may be
     */
    Runnable enter(String token) {
        if (limit == 0) {
            return () -> {};
        }
        String key = key(token);
        counts.compute(key, (same, count) -> {
            int present = count == null ? 0 : count;
            if (present >= limit) {
                throw new RefusedException(DisconnectReason.TOO_MANY_CONNECTIONS);
            }
            return present + 1;
        });
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                counts.computeIfPresent(key, (same, count) -> count > 1 ? count - 1 : null);
            }
        };
    }

    /** Of what is signed: the signature itself can be written in several ways. */
    private static String key(String token) {
        String signed = token.substring(0, Math.max(0, token.lastIndexOf('.')));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(signed.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, KEY_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    int tokens() {
        return counts.size();
    }
}
