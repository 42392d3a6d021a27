package dev.mobilesync.web.capture;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.tracing.TraceSpans;
import dev.mobilesync.web.common.RedisLookup;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.pairing.PairedDevices;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.StoreFailedException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Checks a capture, stores it, and publishes its status message. A repeated upload publishes the same message again.
 */
@Component
final class CaptureUpload {

    private static final Logger log = LoggerFactory.getLogger(CaptureUpload.class);

    private final JpegCheckExecutor checkExecutor;
    private final CaptureStore store;
    private final DistributedUploadLock uploadLock;
    private final PairedDevices pairedDevices;
    private final ConfirmedPublisher publisher;
    private final SyncRecordReader records;
    private final RedisLookup lookup;
    private final TraceSpans spans;
    private final Clock clock;

    CaptureUpload(
            JpegCheckExecutor checkExecutor,
            CaptureStore store,
            DistributedUploadLock uploadLock,
            PairedDevices pairedDevices,
            ConfirmedPublisher publisher,
            SyncRecordReader records,
            RedisLookup lookup,
            TraceSpans spans,
            Clock clock) {
        this.checkExecutor = checkExecutor;
        this.store = store;
        this.uploadLock = uploadLock;
        this.pairedDevices = pairedDevices;
        this.publisher = publisher;
        this.records = records;
        this.lookup = lookup;
        this.spans = spans;
        this.clock = clock;
    }

    /**
     * Returns when the object store has the whole picture and the broker has confirmed the status message.
     *
     * @param device the phone that uploads; the capture belongs to its examinee
     * @param startedAt when the upload was admitted, for metrics
     * @param timeLimit covers the checks, the store and the broker together
     * @return the message that was published
     * @throws ApiException with a code of docs/messages.md
     */
    MobileSyncStatus storeAndPublish(
            AuthenticatedCaller.Device device, UploadRequest upload, Instant startedAt, TimeLimit timeLimit) {
        String imageUrl = store.imageUrl(device.examinee());
        DistributedUploadLock.LockHandle lock = uploadLock.acquire(imageUrl, timeLimit);
        Runnable release = lock::release;
        // The picture is checked while the store and Redis answer.
        try (JpegCheckExecutor.Check check = checkExecutor.start(upload.image())) {
            CaptureStore.Stored stored = storeIdempotently(device, upload, check, timeLimit);
            MobileSyncStatus status = MobileSyncStatus.completed(
                    device.examinee(),
                    device.deviceId(),
                    stored.metadata().timestamp(),
                    new CaptureInfo(imageUrl, upload.metadata().deviceInfo(), stored.version()));
            publisher.publish(
                    OutboundMessage.toStatusQueue(status, OutboundMessage.statusMessageId(status))
                            .withHeaders(Map.of(AmqpNames.CAPTURE_STARTED_AT, startedAt.toEpochMilli())),
                    timeLimit.remaining());
            return status;
        } catch (StoreFailedException e) {
            log.warn("a capture was not stored: {}", e.getMessage());
            // The write may still take effect. The lock outlives it, so that it cannot replace a later capture.
            release = () -> e.onSettled(lock::release);
            throw new ApiException(ErrorCode.CAPTURE_STORE_FAILED, "the picture could not be stored", e);
        } catch (PublishFailedException e) {
            log.warn("a capture was stored, but not published: {}", e.getMessage());
            throw new ApiException(
                    ErrorCode.STATUS_PUBLISH_FAILED, "the picture was stored, but its message was not published", e);
        } finally {
            release.run();
        }
    }

    private CaptureStore.Stored storeIdempotently(
            AuthenticatedCaller.Device device, UploadRequest upload, JpegCheckExecutor.Check check, TimeLimit timeLimit)
            throws StoreFailedException {
        CaptureStore.Stored last;
        SyncRecord record;
        try (RedisLookup.Lookup<SyncRecord> startedRecord = lookup.start(
                () -> records.read(device.examinee()), "continues without checking for a requested retake")) {
            last = spans.call(
                            "store stat",
                            "s3",
                            device.examinee(),
                            () -> Optional.ofNullable(store.find(device.examinee(), timeLimit)))
                    .orElse(null);
            record = startedRecord.await();
        }
        byte[] image = check.await(timeLimit);
        Instant picturesIgnoredUntil = record == null ? null : record.picturesIgnoredUntil();
        Instant resetAt = record == null ? null : record.resetAt();
        Instant lastAt = last == null ? null : last.metadata().timestamp();
        // A picture from before a reset belongs to another pairing.
        boolean beforeReset = lastAt != null && resetAt != null && !lastAt.isAfter(resetAt);
        if (last != null && !beforeReset && last.metadata().isFrom(device)) {
            String key = upload.idempotencyKey();
            boolean sameKey = key != null && key.equals(last.metadata().idempotencyKey());
            boolean sameImage = last.metadata().sha256().equals(upload.sha256());
            if (sameKey && !sameImage) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, "this Idempotency-Key belongs to another picture");
            }
            // While a retake is pending, the same picture is a new capture. Otherwise it would not complete the retake.
            boolean retakePending =
                    picturesIgnoredUntil != null && !last.metadata().timestamp().isAfter(picturesIgnoredUntil);
            if (sameImage && (sameKey || !retakePending)) {
                return last;
            }
        }
        CaptureMetadata metadata = new CaptureMetadata(
                device.examinee(),
                device.deviceId(),
                monotonicNow(picturesIgnoredUntil, lastAt),
                upload.sha256(),
                null,
                upload.idempotencyKey(),
                upload.metadata().deviceInfo());
        // After the time is set: a reset that ends the pairing later is later than this capture, which then does not
        // count.
        pairedDevices.requireCurrent(device);
        return spans.call("store put", "s3", device.examinee(), () -> store.put(metadata, image, timeLimit));
    }

    /** Returns a time after all earlier events, because another server's clock may be ahead. */
    private Instant monotonicNow(@Nullable Instant... earlierEvents) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        for (Instant earlier : earlierEvents) {
            if (earlier != null && !now.isAfter(earlier)) {
                now = earlier.truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
            }
        }
        return now;
    }
}
