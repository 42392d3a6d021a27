package dev.mobilesync.web.store;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Times the calls to the object store, by operation and outcome. All timers exist from the start. */
final class StoreMetrics {

    enum Operation {
        /** Reads the metadata of a picture. */
        STAT,
        PUT,
        /** Opens a picture; its content is read later. */
        GET,
        /** Checks, creates or configures the bucket, also for readiness. */
        BUCKET
    }

    private enum Outcome {
        SUCCESS,
        NOT_FOUND,
        /** Any other response of the store that is an error. */
        REJECTED,
        TIMEOUT,
        /** No response. */
        UNAVAILABLE
    }

    private static final int NOT_FOUND = 404;

    private final Map<Operation, Map<Outcome, Timer>> timers = new EnumMap<>(Operation.class);

    StoreMetrics(MeterRegistry meters) {
        for (Operation operation : Operation.values()) {
            Map<Outcome, Timer> byOutcome = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                byOutcome.put(
                        outcome,
                        Timer.builder("mobile.sync.store")
                                .description("Calls to the object store")
                                .tags("operation", label(operation), "outcome", label(outcome))
                                .register(meters));
            }
            timers.put(operation, byOutcome);
        }
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Makes a call and records its time. */
    <T> T record(Operation operation, Call<T> call) throws StoreFailedException {
        long since = System.nanoTime();
        Outcome outcome = Outcome.UNAVAILABLE;
        try {
            T result = call.make();
            outcome = Outcome.SUCCESS;
            return result;
        } catch (StoreFailedException e) {
            outcome = outcome(e);
            throw e;
        } finally {
            requireNonNull(requireNonNull(timers.get(operation)).get(outcome))
                    .record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
        }
    }

    private static Outcome outcome(StoreFailedException failure) {
        if (failure.status() == NOT_FOUND) {
            return Outcome.NOT_FOUND;
        }
        if (failure.status() != 0) {
            return Outcome.REJECTED;
        }
        return failure.getCause() instanceof TimeoutException ? Outcome.TIMEOUT : Outcome.UNAVAILABLE;
    }

    @FunctionalInterface
    interface Call<T> {

        T make() throws StoreFailedException;
    }
}
