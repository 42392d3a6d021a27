package dev.mobilesync.web.capture;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.jpeg.InvalidJpegException;
import dev.mobilesync.web.jpeg.JpegSanitizer;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.StoreFailedException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one capture: read, checked and cleaned, stored, published. It returns when the store has the whole picture and the
 * broker has confirmed the status message; a repeated upload finds its picture and gives the same message again.
 */
final class CaptureUpload {

    private static final Logger log = LoggerFactory.getLogger(CaptureUpload.class);

    private final CaptureStore store;
    private final ConfirmedPublisher publisher;
    private final RetakeLookup retakes;
    private final FailurePublisher notices;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Duration answerWithin;
    private final Semaphore decoding = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    private final DistributedUploadLock turns;

    CaptureUpload(
            WebServerProperties settings,
            CaptureStore store,
            DistributedUploadLock turns,
            ConfirmedPublisher publisher,
            RetakeLookup retakes,
            FailurePublisher notices,
            MeterRegistry meters,
            Clock clock) {
        this.store = store;
        this.turns = turns;
        this.publisher = publisher;
        this.retakes = retakes;
        this.notices = notices;
        this.meters = meters;
        this.clock = clock;
        this.answerWithin = settings.answerWithin();
    }

    /**
     * Takes a phone's picture.
     *
     * @param phone whose token it is; the picture counts for its examinee
     * @param body reads the upload; called once
     * @param deadline by when it is answered; {@code null} for as long as an upload may take, from now
     * @return the message that was published
     * @throws Refusal with the contract's code; those about the picture, the store and the broker are also on their way
     *     to the examinee and the proctors
     */
    MobileSyncStatus receive(
            AuthenticatedCaller.Device phone, Supplier<UploadRequest> body, @Nullable Deadline deadline) {
        Timer.Sample sample = Timer.start(meters);
        String outcome = ErrorCode.INTERNAL_ERROR.name();
        try {
            MobileSyncStatus status = receiveForm(phone, body, deadline == null ? Deadline.in(answerWithin) : deadline);
            outcome = status.status().name();
            return status;
        } catch (ApiException e) {
            outcome = e.code().name();
            throw e;
        } finally {
            sample.stop(Timer.builder("mobile.sync.uploads")
                    .description("Uploads, by what became of them")
                    .tag("outcome", outcome)
                    .register(meters));
        }
    }

    private MobileSyncStatus receiveForm(
            AuthenticatedCaller.Device phone, Supplier<UploadRequest> body, Deadline deadline) {
        try {
            UploadRequest capture = body.get();
            if (!capture.metadata().deviceId().equals(phone.deviceId())) {
                throw new ApiException(ErrorCode.FORBIDDEN, "the token is another device's");
            }
            byte[] picture = clean(capture.picture(), deadline);
            return storeAndPublish(phone, capture, picture, deadline);
        } catch (ApiException e) {
            tell(phone, e);
            throw e;
        }
    }

    /** Decoding is the processors' work, so there is no more of it at once than there are processors. */
    private byte[] clean(byte[] picture, Deadline deadline) {
        boolean free = false;
        try {
            free = decoding.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            if (!free) {
                throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "too many pictures are being checked");
            }
            return JpegSanitizer.sanitize(picture);
        } catch (InvalidJpegException e) {
            throw new ApiException(ErrorCode.CAPTURE_NOT_AN_IMAGE, "the image is not a JPEG: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "the server is stopping", e);
        } finally {
            if (free) {
                decoding.release();
            }
        }
    }

    private MobileSyncStatus storeAndPublish(
            AuthenticatedCaller.Device phone, UploadRequest capture, byte[] picture, Deadline deadline) {
        String imageUrl = store.imageUrl(phone.examinee());
        DistributedUploadLock.LockHandle turn = turns.take(imageUrl, deadline);
        Runnable end = turn::end;
        try {
            CaptureStore.Stored stored = storeOnce(phone, capture, picture, deadline);
            MobileSyncStatus status = MobileSyncStatus.completed(
                    phone.examinee(),
                    phone.deviceId(),
                    stored.facts().timestamp(),
                    new CaptureInfo(imageUrl, capture.metadata().deviceInfo(), stored.version()));
            publisher.publish(
                    OutboundMessage.toStatusQueue(status, OutboundMessage.statusMessageId(status)), deadline.left());
            return status;
        } catch (StoreFailedException e) {
            log.warn("a capture was not stored: {}", e.getMessage());
            // It may be stored yet, and must not take the place of one that comes after it.
            end = () -> e.whenOver(turn::end);
            throw new ApiException(ErrorCode.CAPTURE_STORE_FAILED, "the image could not be stored", e);
        } catch (PublishFailedException e) {
            log.warn("a capture was stored, but not published: {}", e.getMessage());
            throw new ApiException(
                    ErrorCode.STATUS_PUBLISH_FAILED, "the image was stored, but its message could not be published", e);
        } finally {
            end.run();
        }
    }

    private CaptureStore.Stored storeOnce(
            AuthenticatedCaller.Device phone, UploadRequest capture, byte[] picture, Deadline deadline)
            throws StoreFailedException {
        CaptureStore.Stored last = store.find(phone.examinee(), deadline);
        Instant retakeAt = retakes.orderedAt(phone.examinee());
        if (last != null && last.facts().isFrom(phone)) {
            String key = capture.idempotencyKey();
            boolean sameKey = key != null && key.equals(last.facts().idempotencyKey());
            boolean samePicture = last.facts().sha256().equals(capture.sha256());
            if (sameKey && !samePicture) {
                throw new ApiException(ErrorCode.INVALID_REQUEST, "this Idempotency-Key was another picture's");
            }
            // A proctor ordered another picture since: the same one is then a new capture, or it would never count.
            boolean wantedAgain = retakeAt != null && !last.facts().timestamp().isAfter(retakeAt);
            if (samePicture && (sameKey || !wantedAgain)) {
                return last;
            }
        }
        CaptureMetadata facts = new CaptureMetadata(
                phone.examinee(),
                phone.deviceId(),
                nowButAfter(retakeAt, last == null ? null : last.facts().timestamp()),
                capture.sha256(),
                ContentDigest.hex(ContentDigest.sha256(picture)),
                capture.idempotencyKey(),
                capture.metadata().deviceInfo());
        return store.put(facts, picture, deadline);
    }

    private void tell(AuthenticatedCaller.Device phone, ApiException refusal) {
        switch (refusal.code()) {
            case CAPTURE_TRANSFER_FAILED,
                    CAPTURE_TOO_LARGE,
                    CAPTURE_NOT_AN_IMAGE,
                    CAPTURE_STORE_FAILED,
                    STATUS_PUBLISH_FAILED ->
                notices.send(MobileSyncStatus.failed(phone.examinee(), phone.deviceId(), now(), refusal.toSyncError()));
            default -> {
                // about the request, not about the capture
            }
        }
    }

    /** Another server's clock may be ahead: what came before this capture must not look as if it came after. */
    private Instant nowButAfter(@Nullable Instant... before) {
        Instant time = now();
        for (Instant earlier : before) {
            if (earlier != null && !time.isAfter(earlier)) {
                time = earlier.truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
            }
        }
        return time;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
