package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.RedisLookup;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/** Stores which phone of each examinee was paired last. Only that one may upload, until a reset (state-manager ends the pairing). */
@Component
public final class PairedDevices {

    /** ARGV: value, time to live in ms, the previous value. A value that begins with a colon is that of a reset. */
    private static final RedisScript<Long> SET = RedisScript.of("""
            local current = redis.call('GET', KEYS[1])
            if current and string.sub(current, 1, 1) == ':' and current ~= ARGV[3] then
              return 0
            end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1
            """, Long.class);

    private final StringRedisTemplate redis;
    private final Duration ttl;
    private final RedisLookup lookup;

    PairedDevices(StringRedisTemplate redis, RedisLookup lookup, WebServerProperties properties) {
        this.redis = redis;
        this.lookup = lookup;
        this.ttl = properties.pairedDeviceTtl();
    }

    /**
     * Stores the phone whose token has the id {@code tokenId}, and thereby revokes the previously paired one.
     *
     * @param previous what was stored while the pairing's code was valid
     * @return {@code false} if a reset has ended the pairings since
     */
    boolean set(ExamineeKey examinee, String deviceId, String tokenId, @Nullable String previous) {
        Long stored = redis.execute(
                SET,
                List.of(RedisKeys.pairedDevice(examinee)),
                deviceId + ":" + tokenId,
                Long.toString(ttl.toMillis()),
                previous == null ? "" : previous);
        return stored != null && stored > 0;
    }

    /**
     * Rejects a phone that another pairing has replaced, or whose pairing a reset has ended. Accepts every phone while Redis is unavailable
     * (docs/decisions/0009-one-phone-per-examinee.md).
     *
     * @throws ApiException {@code UNAUTHENTICATED} with the reason {@code DEVICE_REPLACED} or {@code PAIRING_ENDED}
     */
    public void requireCurrent(AuthenticatedCaller.Device phone) {
        switch (phone.pairing(read(phone.examinee()))) {
            case CURRENT -> {}
            case REPLACED ->
                throw ApiException.withReason("DEVICE_REPLACED", ErrorCode.UNAUTHENTICATED, "another phone was paired");
            case ENDED ->
                throw ApiException.withReason(
                        "PAIRING_ENDED", ErrorCode.UNAUTHENTICATED, "the step was reset; pair the phone again");
        }
    }

    private @Nullable String read(ExamineeKey examinee) {
        return lookup.lookUp(
                () -> redis.opsForValue().get(RedisKeys.pairedDevice(examinee)),
                "continues without checking whether the phone was replaced");
    }
}
