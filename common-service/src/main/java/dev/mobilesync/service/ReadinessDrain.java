package dev.mobilesync.service;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.SmartLifecycle;

/**
 * The first thing that stops: a service that has been told to stop says at once that it is not ready, and goes on as if
 * nothing had happened until load balancers have seen it. Without that, what they still send finds a closed port.
 */
final class ReadinessDrain implements SmartLifecycle {

    /** Before whatever else stops. */
    static final int PHASE = Integer.MAX_VALUE;

    private static final Logger log = LoggerFactory.getLogger(ReadinessDrain.class);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final Duration time;
    private volatile boolean running;

    /**
     * @param drainTime how long; less than what Spring lets one phase of a stop take
     */
    @ConfigurationProperties("mobile-sync")
    record Settings(@DefaultValue("5s") Duration drainTime) {

        Settings {
            if (drainTime.isNegative() || drainTime.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "MOBILE_SYNC_DRAIN_TIME must be between 0s and " + LONGEST.toSeconds() + "s");
            }
        }
    }

    ReadinessDrain(Settings settings) {
        time = settings.drainTime();
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable done) {
        if (time.isZero()) {
            stop();
            done.run();
            return;
        }
        log.info("not ready any more; goes on for {} s", time.toMillis() / 1e3);
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    stop();
                    done.run();
                });
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
