package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.web.http.ApiException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Status messages of failed uploads. */
@ServerContract
class FailurePublisherIT extends UploadFixture {

    @Test
    void publishesAfterUnexpectedFailure() {
        server.bean(ObservationRegistry.class).observationConfig().observationHandler(new FailingOnce());
        FailurePublisher publisher = server.bean(FailurePublisher.class);
        AuthenticatedCaller.Device device = new AuthenticatedCaller.Device(examinee, DEVICE, null, null);
        publisher.publishFailure(device, new ApiException(ErrorCode.CAPTURE_NOT_AN_IMAGE, "not an image"));
        publisher.publishFailure(device, new ApiException(ErrorCode.CAPTURE_TOO_LARGE, "too large"));
        assertFailurePublished(ErrorCode.CAPTURE_TOO_LARGE);
    }

    /** Fails when the publisher's thread publishes for the first time. */
    private static final class FailingOnce implements ObservationHandler<Observation.Context> {

        private final AtomicBoolean failed = new AtomicBoolean();

        @Override
        public boolean supportsContext(Observation.Context context) {
            return Thread.currentThread().getName().equals("failure-publisher");
        }

        @Override
        public void onStart(Observation.Context context) {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("a defect");
            }
        }
    }
}
