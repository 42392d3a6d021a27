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

    private static final double SHORTEST = 0.75;
    private static final double LONGEST = 1.25;

    /** The shortest pause. */
    public Duration shortestPause() {
        return pause(SHORTEST);
    }

    @Override
    public @Nullable Instant nextExecution(TriggerContext context) {
        return interval.isZero()
                ? null
                : context.getClock()
                        .instant()
                        .plus(pause(ThreadLocalRandom.current().nextDouble(SHORTEST, LONGEST)));
    }

    private Duration pause(double share) {
        return Duration.ofMillis((long) (interval.toMillis() * share));
    }
}
