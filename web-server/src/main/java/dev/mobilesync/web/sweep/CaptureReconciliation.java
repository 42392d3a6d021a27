package dev.mobilesync.web.sweep;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.CaptureVersions.Version;
import io.minio.errors.MinioException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Finds pictures that no record speaks of, after a crash between storing and publishing or after Redis has lost what it
 * had acknowledged, and publishes their status again, made from what the store keeps beside each picture. It is the
 * message that the upload published, with the same id, so it does no harm where nothing was lost.
 */
final class CaptureReconciliation {

    private static final int BATCH = 64;

    private final CaptureVersions pictures;
    private final SyncRecordReader records;
    private final StringRedisTemplate redis;
    private final ConfirmedPublisher publisher;
    private final RedisLease lease;

    /** The newest picture of an examinee in one batch. */
    private record Found(Version version, CaptureMetadata facts) {}

    /** Another sweep has begun meanwhile: this one had stood still for longer than its lease. */
    static final class LeaseLostException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /**
     * @param lease held by the caller; renewed on the way
     */
    CaptureReconciliation(
            CaptureVersions pictures,
            SyncRecordReader records,
            StringRedisTemplate redis,
            ConfirmedPublisher publisher,
            RedisLease lease) {
        this.pictures = pictures;
        this.records = records;
        this.redis = redis;
        this.publisher = publisher;
        this.lease = lease;
    }

    /**
     * Looks at what was stored within a time, by the store's clock. The whole bucket is listed, and only of those within
     * is more asked for. Where Redis, the store or the broker fails on the way, that is thrown, and what was published
     * until then is.
     *
     * @throws org.springframework.dao.DataAccessException if Redis is away
     * @throws dev.mobilesync.service.PublishFailedException if the broker is, or status_queue is full
     * @throws MinioException if the store is, or refuses
     */
    void sweep(Instant from, Instant to, ReconciliationReport report) throws MinioException {
        List<Version> batch = new ArrayList<>();
        pictures.list("", version -> {
            boolean within =
                    !version.storedAt().isBefore(from) && !version.storedAt().isAfter(to);
            if (!version.isDeletionMark() && within) {
                // All versions of a key go into one batch.
                if (batch.size() >= BATCH && !batch.get(batch.size() - 1).key().equals(version.key())) {
                    look(batch, report);
                    batch.clear();
                }
                batch.add(version);
            }
        });
        look(batch, report);
    }

    private void look(List<Version> versions, ReconciliationReport report) {
        if (!lease.renew()) {
            throw new LeaseLostException();
        }
        newest(versions, report).values().forEach(found -> look(found, report));
        report.looked(versions.size());
    }

    private void look(Found found, ReconciliationReport report) {
        ExamineeKey examinee = found.facts().examinee();
        String name = pictures.name(found.version()) + " of " + examinee.planId() + "/" + examinee.examineeId();
        try {
            boolean indexed =
                    redis.opsForZSet().score(RedisKeys.planIndex(examinee.planId()), examinee.examineeId()) != null;
            String reason = OrphanDetector.reason(found.facts(), records.read(examinee), indexed);
            if (reason != null && !pictures.isDeleted(found.version())) {
                publish(found);
                report.publishedAgain(name, reason);
            }
        } catch (PublishFailedException e) {
            throw e;
        } catch (DataAccessException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            report.unreadable("index of " + name, e.toString());
        } catch (MinioException e) {
            report.unreadable(name, CaptureVersions.reason(e));
        } catch (RuntimeException e) {
            report.unreadable("record of " + name, e.toString());
        }
    }

    /** Plans may share a key, so one key may have pictures of several examinees. */
    private Map<ExamineeKey, Found> newest(List<Version> versions, ReconciliationReport report) {
        List<CompletableFuture<@Nullable CaptureMetadata>> answers =
                versions.stream().map(pictures::facts).toList();
        Map<ExamineeKey, Found> newest = new LinkedHashMap<>();
        for (int i = 0; i < versions.size(); i++) {
            Version version = versions.get(i);
            try {
                CaptureMetadata facts = answers.get(i).join();
                if (facts != null) {
                    newest.merge(
                            facts.examinee(),
                            new Found(version, facts),
                            (one, other) -> one.facts()
                                            .timestamp()
                                            .isBefore(other.facts().timestamp())
                                    ? other
                                    : one);
                }
            } catch (RuntimeException e) {
                if (!CaptureVersions.isMissing(e)) {
                    report.unreadable(pictures.name(version), CaptureVersions.reason(e));
                }
            }
        }
        return newest;
    }

    private void publish(Found picture) {
        CaptureMetadata facts = picture.facts();
        MobileSyncStatus status = MobileSyncStatus.completed(
                facts.examinee(),
                facts.deviceId(),
                facts.timestamp(),
                new CaptureInfo(
                        pictures.imageUrl(facts.examinee()),
                        facts.deviceInfo(),
                        CaptureVersions.imageVersion(picture.version())));
        publisher.publish(OutboundMessage.toStatusQueue(status, OutboundMessage.statusMessageId(status)));
    }
}
