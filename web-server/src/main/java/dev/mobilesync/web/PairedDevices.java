package dev.mobilesync.web;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.Caller;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Which phone is whose: the one that was paired last, and nobody before it. */
final class PairedDevices {

    private static final Logger log = LoggerFactory.getLogger(PairedDevices.class);

    /** An upload does not wait longer for Redis, so that a phone is answered within 5 s. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final StringRedisTemplate redis;
    private final ReactiveStringRedisTemplate impatientRedis;
    private final Duration timeToLive;

    PairedDevices(StringRedisTemplate redis, ReactiveStringRedisTemplate impatientRedis, Duration timeToLive) {
        this.redis = redis;
        this.impatientRedis = impatientRedis;
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
    void requireCurrent(Caller.Device phone) {
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
        try {
            return impatientRedis
                    .opsForValue()
                    .get(Topology.pairedDeviceKey(examinee))
                    .block(PATIENCE);
        } catch (DataAccessException | IllegalStateException e) {
            log.warn("a phone is taken for the one that was paired last: Redis is away ({})", e.getMessage());
            return null;
        }
    }
}
