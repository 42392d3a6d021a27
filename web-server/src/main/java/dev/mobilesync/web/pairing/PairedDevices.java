package dev.mobilesync.web.pairing;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.Caller;
import dev.mobilesync.web.common.Refusal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Which phone is whose: the one that was paired last, and nobody before it. */
public final class PairedDevices implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PairedDevices.class);

    private static final int LOOKUP_THREADS = 8;

    /** An upload does not wait longer for Redis, so that a phone is answered within 5 s. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final StringRedisTemplate redis;
    private final Duration timeToLive;
    private final ExecutorService lookups;

    /**
     * @param timeToLive how long is remembered which phone is an examinee's
     * @param maxLookups how many uploads may ask at once
     */
    PairedDevices(StringRedisTemplate redis, Duration timeToLive, int maxLookups) {
        this.redis = redis;
        this.timeToLive = timeToLive;
        // Threads of its own, because both a command and a new connection may take longer than an upload waits.
        AtomicInteger threads = new AtomicInteger();
        this.lookups = new ThreadPoolExecutor(
                LOOKUP_THREADS, LOOKUP_THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxLookups), task -> {
                    Thread thread = new Thread(task, "paired-device-" + threads.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
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
        @Nullable Future<@Nullable String> lookup = null;
        try {
            lookup = lookups.submit(() -> redis.opsForValue().get(Topology.pairedDeviceKey(examinee)));
            return lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            log.warn("a phone is taken for the one that was paired last: Redis is away ({})", e.toString());
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            if (lookup != null) {
                lookup.cancel(true);
            }
        }
    }

    @Override
    public void close() {
        lookups.shutdownNow();
    }
}
