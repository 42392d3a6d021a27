package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The codes that are good now, in Redis, one per examinee. A code stands there only as its HMAC: whoever reads Redis
 * would soon find 8 characters by trying, if it were a hash without a key.
 *
 * <p>Every method throws Spring's {@code DataAccessException} if Redis is away.
 */
final class PairingCodes {

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] KEY_PURPOSE = "mobile-sync pairing codes 1".getBytes(StandardCharsets.UTF_8);

    private final StringRedisTemplate redis;
    private final Key key;
    private final Clock clock;

    /**
     * @param secret what tokens are signed with; the codes' key is derived from it
     */
    PairingCodes(StringRedisTemplate redis, SecretKey secret, Clock clock) {
        this.redis = redis;
        this.key = new SecretKeySpec(hmac(secret, KEY_PURPOSE), ALGORITHM);
        this.clock = clock;
    }

    /**
     * A code that was good until now.
     *
     * @param hash of the code
     */
    record Spent(String hash, ExamineeKey examinee, Instant expiresAt) {}

    /**
     * Makes the code the examinee's only good one until then.
     *
     * <p>Three writes to keys that may be on three nodes. A crash after the first leaves a code that nobody was shown;
     * one after the second leaves the code before it, which {@link #spend} refuses because it is not the newest. Both
     * expire.
     */
    void put(PairingCode code, ExamineeKey examinee, Instant expiresAt) {
        String hash = hash(code);
        Duration life = Duration.between(clock.instant(), expiresAt);
        redis.opsForValue().set(Topology.pairingKey(hash), examinee.member() + ":" + expiresAt.toEpochMilli(), life);
        String before = redis.opsForValue().setGet(Topology.newestPairingKey(examinee), hash, life);
        if (before != null && !before.equals(hash)) {
            redis.delete(Topology.pairingKey(before));
        }
    }

    /**
     * Takes a code: only one caller ever gets it.
     *
     * @return {@code null} if it is unknown, expired, spent or replaced
     */
    @Nullable
    Spent spend(PairingCode code) {
        String hash = hash(code);
        String value = redis.opsForValue().getAndDelete(Topology.pairingKey(hash));
        if (value == null) {
            return null;
        }
        int colon = value.lastIndexOf(':');
        ExamineeKey examinee = ExamineeKey.parse(value.substring(0, colon));
        Instant expiresAt = Instant.ofEpochMilli(Long.parseLong(value.substring(colon + 1)));
        boolean newest = hash.equals(redis.opsForValue().get(Topology.newestPairingKey(examinee)));
        return newest ? new Spent(hash, examinee, expiresAt) : null;
    }

    /** Makes a code good again for the rest of its life, unless it was replaced meanwhile. */
    void giveBack(Spent code) {
        Duration left = Duration.between(clock.instant(), code.expiresAt());
        if (left.toMillis() > 0) {
            redis.opsForValue()
                    .set(
                            Topology.pairingKey(code.hash()),
                            code.examinee().member() + ":" + code.expiresAt().toEpochMilli(),
                            left);
        }
    }

    private String hash(PairingCode code) {
        return HexFormat.of().formatHex(hmac(key, code.value().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(Key key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
