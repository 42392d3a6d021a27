package dev.mobilesync.web.sweep;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.store.CaptureVersions;
import io.minio.errors.MinioException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Sweeps, if nobody else does: what was stored since the last time, or everything that a record may speak of. */
final class Sweeper {

    /** By so much the clocks of the instances and of the store may differ, and a message may wait in its queue. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private static final Duration LEASE = Duration.ofMinutes(2);

    private final RedisLease lease;
    private final ReconciliationWatermark marks;
    private final CaptureReconciliation sweep;
    private final Duration stateTtl;
    private final Duration inHand;
    private final Clock clock;

    /**
     * @param stateTtl how long a record stays: older pictures are left alone
     * @param inHand what is newer than this may be an upload that is still in hand
     */
    Sweeper(
            CaptureVersions pictures,
            StringRedisTemplate redis,
            ConfirmedPublisher publisher,
            Duration stateTtl,
            Duration inHand,
            Clock clock) {
        this.lease = new RedisLease(redis, RedisKeys.sweepLease("pictures"), LEASE);
        this.marks = new ReconciliationWatermark(redis, stateTtl);
        this.sweep = new CaptureReconciliation(pictures, new SyncRecordReader(redis), redis, publisher, lease);
        this.stateTtl = stateTtl;
        this.inHand = inHand;
        this.clock = clock;
    }

    /**
     * What was stored since the last sweep, or everything where Redis has lost when that was.
     *
     * @param atMostEvery nothing is done if the last one began less than this ago
     * @return whether there was a sweep
     * @see Sweep#sweep what is thrown
     */
    boolean sweepNew(Duration atMostEvery, ReconciliationReport report) throws MinioException {
        return sweep(
                report,
                (last, now) ->
                        last.plus(atMostEvery).isAfter(now) ? null : new Span(last.minus(MARGIN), now.minus(inHand)));
    }

    /**
     * Everything that a record may speak of, up to this moment.
     *
     * @return {@code false} if another sweep is under way
     */
    boolean sweepAll(ReconciliationReport report) throws MinioException {
        return sweep(report, (last, now) -> new Span(Instant.EPOCH, now.plus(MARGIN)));
    }

    private boolean sweep(ReconciliationReport report, Choice choice) throws MinioException {
        if (!lease.tryAcquire()) {
            return false;
        }
        try {
            Instant now = clock.instant();
            Instant last = marks.last();
            if (last == null) {
                marks.set(Instant.EPOCH);
                last = Instant.EPOCH;
            }
            Span span = choice.choose(last, now);
            if (span == null) {
                return false;
            }
            Instant oldest = now.minus(stateTtl);
            sweep.sweep(span.from.isBefore(oldest) ? oldest : span.from, span.to, report);
            // Were Redis to have lost its data meanwhile, the next sweep would have to look at everything.
            if (report.isWhole() && lease.renew() && last.equals(marks.last())) {
                marks.set(now);
            }
            return true;
        } finally {
            lease.release();
        }
    }

    /** When the pictures were stored that are looked at. */
    private record Span(Instant from, Instant to) {}

    private interface Choice {

        @Nullable
        Span choose(Instant last, Instant now);
    }
}
