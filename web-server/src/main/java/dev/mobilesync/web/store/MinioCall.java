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

    /** Starts the request and waits for the response. */
    default T await(Duration timeout) throws StoreFailedException {
        CompletableFuture<T> response = null;
        try {
            if (timeout.isZero()) {
                throw new TimeoutException();
            }
            response = start();
            return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | MinioException e) {
            Throwable cause = cause(e);
            String message = cause instanceof ErrorResponseException rejection
                    ? "rejected: " + rejection.errorResponse().code()
                    : cause.toString();
            throw new StoreFailedException(message, cause, null);
        } catch (TimeoutException e) {
            closeOnCompletion(response);
            throw new StoreFailedException("no response in time", e, response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeOnCompletion(response);
            throw new StoreFailedException("interrupted", e, response);
        }
    }

    /** Returns the failure that a future wraps. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
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
