package dev.mobilesync.socket.session;

import dev.mobilesync.socket.LifecyclePhases;
import dev.mobilesync.socket.SocketExecutors;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts the ticks of connections, and closes all connections at shutdown. A bean apart from {@link SessionRegistry}, so that
 * no other bean depends on it: before a bean, Spring stops the beans that depend on it, whatever their phase. The consumer of
 * broadcasts depends on the registry. It would stop before the connections, and the shutdown would go on while they close.
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
