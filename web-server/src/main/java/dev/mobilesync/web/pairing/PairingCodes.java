package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The pairings that are good now, in Redis, one per examinee: under its link's secret, to which its typed code refers. Both
 * stand there only as their HMAC: whoever reads Redis would soon find 8 characters by trying, if it were a hash without a
 * key.
 *
 * <p>Every method throws Spring's {@code DataAccessException} if Redis is away.
 */
final class PairingCodes {

    /** Before the id of the pairing that a typed code refers to. */
    private static final String ALIAS = "pairing ";

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
     * A pairing whose code was good until now.
     *
     * @param id hash of the link's secret
     */
    record RedeemedCode(String id, ExamineeKey examinee, Instant expiresAt) {}

    /**
     * Makes the pairing the examinee's only good one until then, whichever of its codes a phone sends.
     *
     * <p>Writes to keys that may be on several nodes. A crash before the last leaves a pairing that was shown to no one; one
     * after it leaves the pairing before, which {@link #spend} refuses because it is not the newest. All of them expire.
     */
    void put(PairingCode secret, PairingCode typed, ExamineeKey examinee, Instant expiresAt) {
        String id = hash(secret);
        String alias = hash(typed);
        Duration life = Duration.between(clock.instant(), expiresAt);
        redis.opsForValue().set(RedisKeys.pairing(id), value(examinee, expiresAt), life);
        redis.opsForValue().set(RedisKeys.pairing(alias), ALIAS + id, life);
        String newest = id + "," + alias;
        String before = redis.opsForValue().setGet(RedisKeys.newestPairing(examinee), newest, life);
        if (before != null && !before.equals(newest)) {
            Arrays.stream(before.split(",")).map(RedisKeys::pairing).forEach(redis::delete);
        }
    }

    /**
     * Takes a pairing: only one caller ever gets it.
     *
     * @param code either of its codes
     * @return {@code null} if it is unknown, expired, spent or replaced
     */
    @Nullable
    RedeemedCode spend(PairingCode code) {
        String id = code.isSecret() ? hash(code) : idOf(code);
        String value = id == null ? null : redis.opsForValue().getAndDelete(RedisKeys.pairing(id));
        if (id == null || value == null) {
            return null;
        }
        int colon = value.lastIndexOf(':');
        ExamineeKey examinee = ExamineeKey.parse(value.substring(0, colon));
        Instant expiresAt = Instant.ofEpochMilli(Long.parseLong(value.substring(colon + 1)));
        String newest = redis.opsForValue().get(RedisKeys.newestPairing(examinee));
        return newest != null && newest.startsWith(id + ",") ? new RedeemedCode(id, examinee, expiresAt) : null;
    }

    private @Nullable String idOf(PairingCode typed) {
        String alias = redis.opsForValue().get(RedisKeys.pairing(hash(typed)));
        return alias != null && alias.startsWith(ALIAS) ? alias.substring(ALIAS.length()) : null;
    }

    /** Makes a code good again for the rest of its life, unless it was replaced meanwhile. */
    void giveBack(RedeemedCode code) {
        Duration left = Duration.between(clock.instant(), code.expiresAt());
        if (left.toMillis() > 0) {
            redis.opsForValue().set(RedisKeys.pairing(code.id()), value(code.examinee(), code.expiresAt()), left);
        }
    }

    private static String value(ExamineeKey examinee, Instant expiresAt) {
        return examinee.member() + ":" + expiresAt.toEpochMilli();
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
