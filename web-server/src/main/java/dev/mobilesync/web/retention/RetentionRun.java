package dev.mobilesync.web.retention;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.CaptureVersions.Version;
import dev.mobilesync.web.store.RetentionHolds;
import io.minio.errors.MinioException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Deletes the pictures that were stored longer ago than the retention time, in all their versions, and the delete markers that
 * hide nothing any more. Plans with a {@linkplain RetentionHolds hold} keep theirs. A lease admits one instance at a time.
 *
 * <p>A run that stops is repeated from its beginning; what it deleted stays deleted. Both ways to run throw
 * Spring's {@code DataAccessException} if Redis is unavailable, {@code MinioException} or {@code CompletionException} if the
 * store is, and {@code IllegalStateException} if a hold is invalid or the clock is wrong. Without the holds, nothing is deleted.
 */
public final class RetentionRun {

    private static final Duration LEASE = Duration.ofMinutes(2);

    /** At most 50 pictures per second. */
    private static final Duration PACE = Duration.ofMillis(20);

    /** Key of a string that exists while a run is unnecessary, because the last one found nothing to delete. */
    private static final String IDLE_PAUSE_KEY = "mobile_sync:sweep:retention:pause";

    /** A clock that is this wrong might delete pictures that are still to be kept. */
    private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofHours(1);

    private final CaptureVersions captures;
    private final RetentionHolds holds;
    private final StringRedisTemplate redis;
    private final RedisLease lease;
    private final Duration retention;
    private final Duration pace;
    private final Clock clock;

    /**
     * @param retention how long a picture is kept
     */
    public RetentionRun(
            CaptureVersions captures,
            RetentionHolds holds,
            StringRedisTemplate redis,
            Duration retention,
            Clock clock) {
        this(captures, holds, redis, retention, PACE, clock);
    }

    /**
     * @param retention how long a picture is kept
     * @param pace the minimum time per expired picture, on average over a batch
     */
    RetentionRun(
            CaptureVersions captures,
            RetentionHolds holds,
            StringRedisTemplate redis,
            Duration retention,
            Duration pace,
            Clock clock) {
        this.captures = captures;
        this.holds = holds;
        this.redis = redis;
        this.lease = new RedisLease(redis, RedisKeys.sweepLease("retention"), LEASE);
        this.retention = retention;
        this.pace = pace;
        this.clock = clock;
    }

    /**
     * Runs unless an earlier run found nothing to delete.
     *
     * @param pause how long no instance runs after such a run
     * @return {@code false} if nothing was done
     */
    boolean runIfDue(Duration pause, RetentionReport report) throws MinioException {
        return lease.runExclusively(() -> {
            if (redis.hasKey(IDLE_PAUSE_KEY)) {
                return false;
            }
            expire(report);
            if (report.isIdle()) {
                redis.opsForValue().set(IDLE_PAUSE_KEY, clock.instant().toString(), pause);
            }
            return true;
        });
    }

    /**
     * Runs now.
     *
     * @return {@code false} if another run holds the lease
     */
    public boolean run(RetentionReport report) throws MinioException {
        return lease.runExclusively(() -> {
            expire(report);
            return true;
        });
    }

    /** Lists the whole bucket. If the store skips entries while the list shrinks, the next run finds them. */
    private void expire(RetentionReport report) throws MinioException {
        checkClock();
        Instant expiry = clock.instant().minus(retention);
        captures.listInBatches(
                lease::requireRenewed,
                version -> {
                    report.listed();
                    return version.storedAt().isBefore(expiry);
                },
                batch -> expire(batch, expiry, report));
    }

    /** A wrong clock makes every picture look old. */
    private void checkClock() {
        Long redisTime = redis.execute(
                (RedisCallback<Long>) connection -> connection.serverCommands().time());
        if (redisTime != null) {
            Duration difference = Duration.between(Instant.ofEpochMilli(redisTime), clock.instant())
                    .abs();
            if (difference.compareTo(MAX_CLOCK_DIFFERENCE) > 0) {
                throw new IllegalStateException(
                        "the clock differs from that of Redis by " + difference + "; no picture is deleted");
            }
        }
    }

    /** Reads the holds for each batch, so that a new one takes effect during a run. */
    private void expire(List<Version> expired, Instant expiry, RetentionReport report) throws MinioException {
        if (expired.isEmpty()) {
            return;
        }
        Instant start = clock.instant();
        Set<String> heldPlans = holds.list().keySet();
        ExpiredPictures pictures = new ExpiredPictures(captures, heldPlans, expiry, report);
        for (Map.Entry<String, List<Version>> versions : byKey(expired).entrySet()) {
            lease.requireRenewed();
            pictures.byExaminee(versions.getValue()).forEach(pictures::delete);
            pictures.deleteMarkers(versions.getKey(), versions.getValue());
        }
        pause(pace.multipliedBy(expired.size()).minus(Duration.between(start, clock.instant())));
    }

    private static Map<String, List<Version>> byKey(Collection<Version> versions) {
        Map<String, List<Version>> byKey = new LinkedHashMap<>();
        versions.forEach(version ->
                byKey.computeIfAbsent(version.key(), key -> new ArrayList<>(1)).add(version));
        return byKey;
    }

    private static void pause(Duration time) {
        if (time.isNegative()) {
            return;
        }
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the service stops");
        }
    }
}
