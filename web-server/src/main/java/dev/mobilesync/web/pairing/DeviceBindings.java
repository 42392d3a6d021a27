package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.TimeLimitedLookup;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/** Binds each examinee to the phone that was paired last. */
@Component
public final class DeviceBindings {

    private final StringRedisTemplate redis;
    private final Duration ttl;
    private final TimeLimitedLookup lookup;

    DeviceBindings(StringRedisTemplate redis, TimeLimitedLookup lookup, WebServerProperties properties) {
        this.redis = redis;
        this.lookup = lookup;
        this.ttl = properties.bindingTtl();
    }

    /** Binds the phone whose token has the id {@code tokenId}, and revokes the previously paired one. */
    void bind(ExamineeKey examinee, String deviceId, String tokenId) {
        redis.opsForValue().set(RedisKeys.pairedDevice(examinee), deviceId + ":" + tokenId, ttl);
    }

    /**
     * Rejects a phone that another pairing has replaced. Accepts every phone while Redis is unavailable
     * (docs/decisions/0009-one-phone-per-examinee.md).
     *
     * @throws ApiException {@code UNAUTHENTICATED} with the reason {@code DEVICE_REPLACED}
     */
    public void requireCurrent(AuthenticatedCaller.Device phone) {
        String binding = read(phone.examinee());
        if (binding == null) {
            return;
        }
        int colon = binding.indexOf(':');
        boolean sameDevice = binding.substring(0, colon).equals(phone.deviceId());
        boolean sameToken = phone.tokenId() == null || Objects.equals(phone.tokenId(), binding.substring(colon + 1));
        if (!sameDevice || !sameToken) {
            throw ApiException.withReason("DEVICE_REPLACED", ErrorCode.UNAUTHENTICATED, "another phone was paired");
        }
    }

    private @Nullable String read(ExamineeKey examinee) {
        return lookup.lookUp(
                () -> redis.opsForValue().get(RedisKeys.pairedDevice(examinee)), "replaced phones are accepted");
    }
}
