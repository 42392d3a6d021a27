package dev.mobilesync.web.capture;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Times the handling of uploads, by outcome. All timers exist from the start. */
@Component
final class UploadMetrics {

    private final Timer completed;
    private final Map<ErrorCode, Timer> failed = new EnumMap<>(ErrorCode.class);

    UploadMetrics(MeterRegistry meters) {
        completed = timer(meters, Status.COMPLETED.name());
        for (ErrorCode code : ErrorCode.values()) {
            failed.put(code, timer(meters, code.name()));
        }
    }

    private static Timer timer(MeterRegistry meters, String outcome) {
        return Timer.builder("mobile.sync.uploads")
                .description("Uploads by outcome")
                .tag("outcome", outcome)
                .register(meters);
    }

    /**
     * @param since by {@link System#nanoTime()}
     */
    void recordCompleted(long since) {
        completed.record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
    }

    /**
     * @param since by {@link System#nanoTime()}
     */
    void recordFailed(ErrorCode code, long since) {
        requireNonNull(failed.get(code)).record(System.nanoTime() - since, TimeUnit.NANOSECONDS);
    }
}
