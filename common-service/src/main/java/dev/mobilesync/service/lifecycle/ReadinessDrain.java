package dev.mobilesync.service.lifecycle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Delays the shutdown by the drain period. The service then reports not ready but still serves, so that load balancers stop
 * sending requests before its port closes.
 */
final class ReadinessDrain implements SmartLifecycle {

    /** Stops before the beans that receive requests or messages: their phases are lower. */
    static final int PHASE = Integer.MAX_VALUE;

    private static final Logger log = LoggerFactory.getLogger(ReadinessDrain.class);

    private final Duration drainTime;
    private volatile boolean running;

    ReadinessDrain(Duration drainTime) {
        this.drainTime = drainTime;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable done) {
        if (drainTime.isZero()) {
            stop();
            done.run();
            return;
        }
        log.info("shutting down: reports not ready, and serves for another {} s", drainTime.toMillis() / 1e3);
        CompletableFuture.delayedExecutor(drainTime.toMillis(), TimeUnit.MILLISECONDS)
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
