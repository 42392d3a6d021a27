package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.jpeg.InvalidJpegException;
import dev.mobilesync.web.jpeg.JpegSanitizer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/** Checks pictures on one thread per processor, because the check is CPU-bound. Upload slots bound how many wait. */
@Component
final class JpegCheckExecutor implements AutoCloseable {

    private final ExecutorService executor;

    JpegCheckExecutor() {
        CustomizableThreadFactory threads = new CustomizableThreadFactory("jpeg-check-");
        threads.setDaemon(true);
        executor = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), threads);
    }

    /** Starts to check and sanitize a picture, so that the caller can do something else meanwhile. */
    Check start(byte[] image) {
        return new Check(executor.submit(() -> JpegSanitizer.sanitize(image)));
    }

    /** A check that has started. Closing it cancels it. */
    static final class Check implements AutoCloseable {

        private final Future<byte[]> sanitized;

        private Check(Future<byte[]> sanitized) {
            this.sanitized = sanitized;
        }

        /**
         * Waits for the picture to store.
         *
         * @throws ApiException {@code CAPTURE_NOT_AN_IMAGE} if the picture is not accepted; {@code TOO_MANY_REQUESTS} if
         *     it was not checked in time
         */
        byte[] await(TimeLimit timeLimit) {
            try {
                return sanitized.get(timeLimit.remaining().toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InvalidJpegException invalid) {
                    throw new ApiException(
                            ErrorCode.CAPTURE_NOT_AN_IMAGE, "the picture is not accepted: " + invalid.getMessage());
                }
                throw new IllegalStateException("the check of a picture failed", e.getCause());
            } catch (TimeoutException e) {
                throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "too many pictures are being checked", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "the server is stopping", e);
            }
        }

        @Override
        public void close() {
            sanitized.cancel(true);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
