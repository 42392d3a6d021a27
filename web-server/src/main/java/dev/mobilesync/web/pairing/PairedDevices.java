package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.Caller;
import dev.mobilesync.web.common.BriefLookup;
import dev.mobilesync.web.common.Refusal;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Which phone is whose: the one that was paired last, and nobody before it. */
public final class PairedDevices {

    private final StringRedisTemplate redis;
    private final Duration timeToLive;
    private final BriefLookup lookup;

    /**
     * @param timeToLive how long is remembered which phone is an examinee's
     */
    PairedDevices(StringRedisTemplate redis, BriefLookup lookup, Duration timeToLive) {
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
        redis.opsForValue().set(Topology.pairedDeviceKey(examinee), deviceId + ":" + pairingId, timeToLive);
    }

    /**
     * Lets a phone pass that nobody has replaced; everybody, while Redis is away (docs/decisions/0009).
     *
     * @throws Refusal {@code UNAUTHENTICATED}, for {@code DEVICE_REPLACED}
     */
    public void requireCurrent(Caller.Device phone) {
        String paired = paired(phone.examinee());
        if (paired == null) {
            return;
        }
        int colon = paired.indexOf(':');
        boolean sameDevice = paired.substring(0, colon).equals(phone.deviceId());
        boolean samePairing =
                phone.pairingId() == null || Objects.equals(phone.pairingId(), paired.substring(colon + 1));
        if (!sameDevice || !samePairing) {
            throw Refusal.because("DEVICE_REPLACED", ErrorCode.UNAUTHENTICATED, "another phone was paired");
        }
    }

    private @Nullable String paired(ExamineeKey examinee) {
        return lookup.ask(
                () -> redis.opsForValue().get(Topology.pairedDeviceKey(examinee)),
                "a phone is taken for the one that was paired last");
    }
}
