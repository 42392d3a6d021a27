package dev.mobilesync.service.publishing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A message that waits to be written or confirmed, and the result for its publisher. */
final class InFlightMessage {

    private final OutboundMessage message;
    private final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();

    InFlightMessage(OutboundMessage message) {
        this.message = message;
    }

    OutboundMessage message() {
        return message;
    }

    CompletableFuture<@Nullable Void> result() {
        return result;
    }

    void confirm() {
        result.complete(null);
    }

    void fail(String why) {
        result.completeExceptionally(new PublishFailedException(why));
    }

    /** Returns the result, which fails at the time limit. */
    CompletableFuture<@Nullable Void> failAfter(Duration limit) {
        return result.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new PublishFailedException("no confirm within " + limit.toMillis() + " ms")
                                : failure));
    }
}
