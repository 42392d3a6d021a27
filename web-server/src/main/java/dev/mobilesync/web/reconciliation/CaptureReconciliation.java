package dev.mobilesync.web.reconciliation;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.web.reconciliation.OrphanDetector.StoredCapture;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.CaptureVersions.Version;
import io.minio.errors.MinioException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Publishes the status of orphaned captures again: after a crash between storing and publishing, or after Redis lost
 * acknowledged writes. The message comes from the metadata in the store and equals the upload's, with the same id, so
 * publishing it needlessly does no harm. A lease admits one instance at a time.
 *
 * <p>{@link #reconcileNew} and {@link #reconcileAll} throw Spring's {@code DataAccessException} if Redis is unavailable,
 * {@code PublishFailedException} if the broker is unavailable or {@code status_queue} is full, and {@code MinioException} if
 * the store is unavailable or rejects a request. What was published before stays published.
 */
public final class CaptureReconciliation {

    /** Covers the differences between the clocks of the instances and the store, and the time that a message is queued. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private static final Duration LEASE = Duration.ofMinutes(2);

    private final CaptureVersions captures;
    private final OrphanDetector detector;
    private final ConfirmedPublisher publisher;
    private final RedisLease lease;
    private final ReconciliationWatermark watermark;
    private final Duration stateTtl;
    private final Duration minAge;
    private final Clock clock;

    /**
     * @param stateTtl how long a record lives; older captures are skipped
     * @param minAge {@link #reconcileNew} skips younger captures, whose upload may be in flight
     */
    public CaptureReconciliation(
            CaptureVersions captures,
            StringRedisTemplate redis,
            ConfirmedPublisher publisher,
            Duration stateTtl,
            Duration minAge,
            Clock clock) {
        this.captures = captures;
        this.detector = new OrphanDetector(captures, redis);
        this.publisher = publisher;
        this.lease = new RedisLease(redis, RedisKeys.sweepLease("pictures"), LEASE);
        this.watermark = new ReconciliationWatermark(redis, stateTtl);
        this.stateTtl = stateTtl;
        this.minAge = minAge;
        this.clock = clock;
    }

    /**
     * Inspects captures stored since the last complete run, or all if the watermark is lost.
     *
     * @param minInterval does nothing if the last complete run began less than this ago
     * @return {@code false} if nothing was done
     */
    boolean reconcileNew(Duration minInterval, ReconciliationReport report) throws MinioException {
        return lease.runExclusively(() -> {
            Instant now = clock.instant();
            Instant last = watermark.readOrReset(now);
            if (last.plus(minInterval).isAfter(now)) {
                return false;
            }
            reconcile(last.minus(MARGIN), now.minus(minAge), last, now, report);
            return true;
        });
    }

    /**
     * Inspects every capture that a record may name.
     *
     * @return {@code false} if another instance holds the lease
     */
    public boolean reconcileAll(ReconciliationReport report) throws MinioException {
        return lease.runExclusively(() -> {
            Instant now = clock.instant();
            reconcile(Instant.EPOCH, now.plus(MARGIN), watermark.readOrReset(now), now, report);
            return true;
        });
    }

    /** Inspects what was stored within a period, by the store's clock. Lists the whole bucket. */
    private void reconcile(Instant from, Instant to, Instant last, Instant now, ReconciliationReport report)
            throws MinioException {
        Instant oldest = now.minus(stateTtl);
        Instant start = from.isBefore(oldest) ? oldest : from;
        captures.listInBatches(
                lease::requireRenewed,
                version -> !version.isDeleteMarker()
                        && !version.storedAt().isBefore(start)
                        && !version.storedAt().isAfter(to),
                batch -> republishOrphans(batch, report));
        // If Redis lost its data meanwhile, the watermark is missing and the next run inspects all captures.
        if (report.isComplete() && lease.renew() && last.equals(watermark.read())) {
            watermark.write(now);
        }
    }

    private void republishOrphans(List<Version> versions, ReconciliationReport report) {
        lease.requireRenewed();
        for (StoredCapture capture : detector.newest(versions, report)) {
            ExamineeKey examinee = capture.metadata().examinee();
            String name = captures.name(capture.version()) + " of " + examinee.planId() + "/" + examinee.examineeId();
            String reason = detector.inspect(capture, name, report);
            if (reason != null) {
                publish(capture);
                report.republished(name, reason);
            }
        }
        report.inspected(versions.size());
    }

    private void publish(StoredCapture capture) {
        CaptureMetadata metadata = capture.metadata();
        MobileSyncStatus status = MobileSyncStatus.completed(
                metadata.examinee(),
                metadata.deviceId(),
                metadata.timestamp(),
                new CaptureInfo(
                        captures.imageUrl(metadata.examinee()),
                        metadata.deviceInfo(),
                        CaptureVersions.imageVersion(capture.version())));
        publisher.publish(OutboundMessage.toStatusQueue(status, OutboundMessage.statusMessageId(status)));
    }
}
