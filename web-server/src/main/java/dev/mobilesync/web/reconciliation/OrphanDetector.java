package dev.mobilesync.web.reconciliation;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.CaptureVersions.Version;
import io.minio.errors.MinioException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Finds orphans: stored captures that the examinee's record or the plan's index should reference and does not. */
final class OrphanDetector {

    private static final String NO_RECORD = "no record";
    private static final String NOT_COMPLETED = "record is not COMPLETED";
    private static final String OTHER_PICTURE = "record names another picture or none";
    private static final String NOT_INDEXED = "not in the plan's index";

    /** Why a capture may be an orphan. */
    static final List<String> REASONS = List.of(NO_RECORD, NOT_COMPLETED, OTHER_PICTURE, NOT_INDEXED);

    private final CaptureVersions captures;
    private final SyncRecordReader records;
    private final StringRedisTemplate redis;

    OrphanDetector(CaptureVersions captures, StringRedisTemplate redis) {
        this.captures = captures;
        this.records = new SyncRecordReader(redis);
        this.redis = redis;
    }

    /** A version of an object with its metadata. */
    record StoredCapture(Version version, CaptureMetadata metadata) {}

    /** Returns each examinee's newest capture. Plans may share a key, so one key may hold captures of several examinees. */
    Collection<StoredCapture> newest(List<Version> versions, ReconciliationReport report) {
        List<CompletableFuture<@Nullable CaptureMetadata>> replies =
                versions.stream().map(captures::readMetadata).toList();
        Map<ExamineeKey, StoredCapture> newest = new LinkedHashMap<>();
        for (int i = 0; i < versions.size(); i++) {
            Version version = versions.get(i);
            try {
                CaptureMetadata metadata = replies.get(i).join();
                if (metadata != null) {
                    newest.merge(metadata.examinee(), new StoredCapture(version, metadata), OrphanDetector::later);
                }
            } catch (RuntimeException e) {
                if (!CaptureVersions.isMissing(e)) {
                    report.unreadable(captures.name(version), CaptureVersions.reason(e));
                }
            }
        }
        return newest.values();
    }

    private static StoredCapture later(StoredCapture one, StoredCapture other) {
        return one.metadata().timestamp().isBefore(other.metadata().timestamp()) ? other : one;
    }

    /** Returns why the capture is an orphan, or {@code null} if it is none or cannot be read. */
    @Nullable
    String inspect(StoredCapture capture, String name, ReconciliationReport report) {
        ExamineeKey examinee = capture.metadata().examinee();
        try {
            boolean indexed =
                    redis.opsForZSet().score(RedisKeys.planIndex(examinee.planId()), examinee.examineeId()) != null;
            String reason = reason(capture.metadata(), records.read(examinee), indexed);
            return reason == null || captures.isDeleted(capture.version()) ? null : reason;
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
        return null;
    }

    /** Returns why the capture's status must be published again, or {@code null} if it need not. */
    static @Nullable String reason(CaptureMetadata capture, @Nullable SyncRecord record, boolean indexed) {
        if (record == null) {
            return NO_RECORD;
        }
        Instant picturesIgnoredUntil = record.picturesIgnoredUntil();
        if (picturesIgnoredUntil != null && !capture.timestamp().isAfter(picturesIgnoredUntil)) {
            return null;
        }
        if (record.status() != Status.COMPLETED) {
            return NOT_COMPLETED;
        }
        if (!record.hasPictureSince(capture.timestamp())) {
            return OTHER_PICTURE;
        }
        return indexed ? null : NOT_INDEXED;
    }
}
