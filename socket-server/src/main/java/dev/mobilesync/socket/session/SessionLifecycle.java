package dev.mobilesync.socket.session;

import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts the ticks of connections, and closes all connections at shutdown. Separate from {@link SessionRegistry}, because
 * Spring stops the dependents of a bean before the bean itself, regardless of phases. {@code BroadcastListener} depends on
 * {@code SessionRegistry}: if the registry were the lifecycle bean, {@code BroadcastListener} would stop first, and the
 * shutdown would continue while connections are still closing.
 */
@Component
final class SessionLifecycle implements SmartLifecycle {

    private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

    private final SessionRegistry sessions;
    private final SocketExecutors executors;

    SessionLifecycle(SessionRegistry sessions, SocketExecutors executors) {
        this.sessions = sessions;
        this.executors = executors;
    }

    @Override
    public void start() {
        sessions.startTicking();
    }

    @Override
    public void stop(Runnable done) {
        Duration duration = sessions.disconnectAll();
        Duration wait = duration.isZero() ? Duration.ZERO : duration.plus(CLOSE_TIME);
        executors
                .timer()
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
        sessions.stopTicking();
    }

    @Override
    public boolean isRunning() {
        return sessions.isTicking();
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.SESSIONS;
    }
}
