package dev.mobilesync.socket.session;

import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * When connections are looked after, and when they end. Apart from {@link SessionRegistry}, because no bean may depend on this one:
 * Spring stops whatever depends on a bean before it, and takes the end of that for the end of the whole phase. Broadcasts
 * would stop first, and the server would go on to stop with connections still open.
 */
@Component
final class SessionLifecycle implements SmartLifecycle {

    private static final Duration LAST_FRAMES = Duration.ofSeconds(1);

    private final SessionRegistry sessions;
    private final SocketExecutors threads;

    SessionLifecycle(SessionRegistry sessions, SocketExecutors threads) {
        this.sessions = sessions;
        this.threads = threads;
    }

    @Override
    public void start() {
        sessions.startLooking();
    }

    @Override
    public void stop(Runnable done) {
        Duration within = sessions.disconnectAll();
        Duration wait = within.isZero() ? Duration.ZERO : within.plus(LAST_FRAMES);
        threads.timer()
                .schedule(
                        () -> {
                            stop();
                            done.run();
                        },
                        wait.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        sessions.stopLooking();
    }

    @Override
    public boolean isRunning() {
        return sessions.isLooking();
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.SESSIONS;
    }
}
