package dev.mobilesync.web.store;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request of the MinIO SDK. */
@FunctionalInterface
interface MinioCall<T extends @Nullable Object> {

    CompletableFuture<T> start() throws MinioException;

    /**
     * Starts the request and waits for the response.
     *
     * @throws ErrorResponseException if the store rejects the request
     * @throws StoreFailedException if it fails otherwise, or takes too long
     */
    default T await(Duration timeout) throws StoreFailedException, ErrorResponseException {
        CompletableFuture<T> response = null;
        try {
            if (timeout.isZero()) {
                throw new TimeoutException();
            }
            response = start();
            return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | MinioException e) {
            Throwable cause = e;
            while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                    && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof ErrorResponseException rejection) {
                throw rejection;
            }
            throw new StoreFailedException(cause.toString(), cause);
        } catch (TimeoutException e) {
            closeOnCompletion(response);
            throw new StoreFailedException("no response in time", e, response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeOnCompletion(response);
            throw new StoreFailedException("interrupted", e, response);
        }
    }

    /** An unclosed response would break its pooled connection. */
    private static void closeOnCompletion(@Nullable CompletableFuture<?> late) {
        if (late != null) {
            late.thenAccept(response -> {
                try {
                    if (response instanceof Closeable open) {
                        open.close();
                    }
                } catch (IOException e) {
                    Logger log = LoggerFactory.getLogger(MinioCall.class);
                    log.debug("a late response could not be closed", e);
                }
            });
        }
    }
}
