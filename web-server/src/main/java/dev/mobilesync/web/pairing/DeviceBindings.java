package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.common.TimeLimitedLookup;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Which phone is whose: the one that was paired last, and nobody before it. */
public final class DeviceBindings {

    private final StringRedisTemplate redis;
    private final Duration timeToLive;
    private final TimeLimitedLookup lookup;

    /**
     * @param timeToLive how long is remembered which phone is an examinee's
     */
    DeviceBindings(StringRedisTemplate redis, TimeLimitedLookup lookup, Duration timeToLive) {
        this.redis = redis;
        this.lookup = lookup;
        this.timeToLive = timeToLive;
    }

    /**
     * Ends the right to upload of the phone before.
     *
     * @param pairingId the {@code jti} of the new phone's token
     * @throws DataAccessException if Redis is away
     */
    void pair(ExamineeKey examinee, String deviceId, String pairingId) {
        redis.opsForValue().set(RedisKeys.pairedDevice(examinee), deviceId + ":" + pairingId, timeToLive);
    }

    /**
     * Lets a phone pass that nobody has replaced; everybody, while Redis is away (docs/decisions/0009).
     *
     * @throws Refusal {@code UNAUTHENTICATED}, for {@code DEVICE_REPLACED}
     */
    public void requireCurrent(AuthenticatedCaller.Device phone) {
        String paired = paired(phone.examinee());
        if (paired == null) {
            return;
        }
        int colon = paired.indexOf(':');
        boolean sameDevice = paired.substring(0, colon).equals(phone.deviceId());
        boolean samePairing =
                phone.pairingId() == null || Objects.equals(phone.pairingId(), paired.substring(colon + 1));
        if (!sameDevice || !samePairing) {
            throw ApiException.withReason("DEVICE_REPLACED", ErrorCode.UNAUTHENTICATED, "another phone was paired");
        }
    }

    private @Nullable String paired(ExamineeKey examinee) {
        return lookup.ask(
                () -> redis.opsForValue().get(RedisKeys.pairedDevice(examinee)),
                "a phone is taken for the one that was paired last");
    }
}
