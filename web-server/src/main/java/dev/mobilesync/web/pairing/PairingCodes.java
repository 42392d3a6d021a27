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
 * The valid codes in Redis: per examinee at most one link's secret, and one typed code, which is an alias of it.
 * Redis holds only the HMACs of both: without a key, a reader of Redis could find a code of 8 characters by brute force.
 *
 * <p>Methods throw Spring's {@code DataAccessException} if Redis is unavailable.
 */
final class PairingCodes {

    /** Precedes the HMAC of the link's secret in the value of a typed code. */
    private static final String ALIAS_PREFIX = "pairing ";

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] KEY_PURPOSE = "mobile-sync pairing codes 1".getBytes(StandardCharsets.UTF_8);

    private final StringRedisTemplate redis;
    private final Key key;
    private final Clock clock;

    /**
     * @param secret signs tokens; the key of the HMACs is derived from it
     */
    PairingCodes(StringRedisTemplate redis, SecretKey secret, Clock clock) {
        this.redis = redis;
        this.key = new SecretKeySpec(hmac(secret, KEY_PURPOSE), ALGORITHM);
        this.clock = clock;
    }

    /**
     * The link's secret and the typed code of an examinee, which are no longer valid.
     *
     * @param id the HMAC of the link's secret
     * @param pairedDeviceBefore the value of {@link RedisKeys#pairedDevice} while the code was valid
     */
    record ConsumedCodes(
            String id,
            ExamineeKey examinee,
            Instant expiresAt,
            @Nullable String pairedDeviceBefore) {}

    /**
     * Makes the link and the typed code the examinee's only valid ones.
     *
     * <p>The keys may be on several nodes. A crash before the last write leaves codes that no one has seen; a crash
     * after it leaves the previous codes, which {@link #consume} rejects because they are not the newest. All keys expire.
     */
    void put(PairingCode linkSecret, PairingCode typed, ExamineeKey examinee, Instant expiresAt) {
        String id = hmac(linkSecret);
        String alias = hmac(typed);
        Duration ttl = Duration.between(clock.instant(), expiresAt);
        redis.opsForValue().set(RedisKeys.pairingCode(id), value(examinee, expiresAt), ttl);
        redis.opsForValue().set(RedisKeys.pairingCode(alias), ALIAS_PREFIX + id, ttl);
        String newest = id + "," + alias;
        String previous = redis.opsForValue().setGet(RedisKeys.newestCodes(examinee), newest, ttl);
        if (previous != null && !previous.equals(newest)) {
            Arrays.stream(previous.split(",")).map(RedisKeys::pairingCode).forEach(redis::delete);
        }
    }

    /**
     * Consumes a link and its typed code. Of concurrent calls only one gets them.
     *
     * @param code either of them
     * @return {@code null} if it is unknown, expired, consumed, replaced, or void after a reset
     */
    @Nullable
    ConsumedCodes consume(PairingCode code) {
        String id = code.isLinkSecret() ? hmac(code) : idOf(code);
        String value = id == null ? null : redis.opsForValue().getAndDelete(RedisKeys.pairingCode(id));
        if (id == null || value == null) {
            return null;
        }
        int colon = value.lastIndexOf(':');
        ExamineeKey examinee = ExamineeKey.parse(value.substring(0, colon));
        Instant expiresAt = Instant.ofEpochMilli(Long.parseLong(value.substring(colon + 1)));
        // Before the check: a reset first removes the newest codes, then replaces this value.
        String pairedDevice = redis.opsForValue().get(RedisKeys.pairedDevice(examinee));
        String newest = redis.opsForValue().get(RedisKeys.newestCodes(examinee));
        return newest != null && newest.startsWith(id + ",")
                ? new ConsumedCodes(id, examinee, expiresAt, pairedDevice)
                : null;
    }

    private @Nullable String idOf(PairingCode typed) {
        String alias = redis.opsForValue().get(RedisKeys.pairingCode(hmac(typed)));
        return alias != null && alias.startsWith(ALIAS_PREFIX) ? alias.substring(ALIAS_PREFIX.length()) : null;
    }

    /** Makes the codes valid again until they expire, unless others have replaced them. */
    void restore(ConsumedCodes consumed) {
        Duration remaining = Duration.between(clock.instant(), consumed.expiresAt());
        if (remaining.toMillis() > 0) {
            redis.opsForValue()
                    .set(
                            RedisKeys.pairingCode(consumed.id()),
                            value(consumed.examinee(), consumed.expiresAt()),
                            remaining);
        }
    }

    private static String value(ExamineeKey examinee, Instant expiresAt) {
        return examinee.qualifiedId() + ":" + expiresAt.toEpochMilli();
    }

    private String hmac(PairingCode code) {
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
