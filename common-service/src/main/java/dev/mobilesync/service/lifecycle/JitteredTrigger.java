package dev.mobilesync.service.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.TriggerContext;

/**
 * Pauses of 75 % to 125 % of the interval before each run, so that instances do not run at the same times.
 *
 * @param interval zero disables the task
 */
public record JitteredTrigger(Duration interval) implements Trigger {

    @Override
    public @Nullable Instant nextExecution(TriggerContext context) {
        return interval.isZero()
                ? null
                : context.getClock().instant().plusMillis((long)
                        (interval.toMillis() * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }
}
