package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.TimeLimitedLookup;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/** Stores which phone of each examinee was paired last. Only that one may upload. */
@Component
public final class PairedDevices {

    private final StringRedisTemplate redis;
    private final Duration ttl;
    private final TimeLimitedLookup lookup;

    PairedDevices(StringRedisTemplate redis, TimeLimitedLookup lookup, WebServerProperties properties) {
        this.redis = redis;
        this.lookup = lookup;
        this.ttl = properties.pairedDeviceTtl();
    }

    /** Stores the phone whose token has the id {@code tokenId}, and thereby revokes the previously paired one. */
    void set(ExamineeKey examinee, String deviceId, String tokenId) {
        redis.opsForValue().set(RedisKeys.pairedDevice(examinee), deviceId + ":" + tokenId, ttl);
    }

    /**
     * Rejects a phone that another pairing has replaced. Accepts every phone while Redis is unavailable
     * (docs/decisions/0009-one-phone-per-examinee.md).
     *
     * @throws ApiException {@code UNAUTHENTICATED} with the reason {@code DEVICE_REPLACED}
     */
    public void requireCurrent(AuthenticatedCaller.Device phone) {
        if (!phone.isCurrent(read(phone.examinee()))) {
            throw ApiException.withReason("DEVICE_REPLACED", ErrorCode.UNAUTHENTICATED, "another phone was paired");
        }
    }

    private @Nullable String read(ExamineeKey examinee) {
        return lookup.lookUp(
                () -> redis.opsForValue().get(RedisKeys.pairedDevice(examinee)),
                "continues without checking whether the phone was replaced");
    }
}
