package dev.mobilesync.service.lifecycle;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Lets services that start in one JVM set up its logging one after the other; the rest of their starts goes on side by
 * side. Logging is the JVM's, and two set-ups at once break each other.
 */
public final class SerializedStartup {

    private static final Semaphore TURN = new Semaphore(1);

    private SerializedStartup() {}

    /**
     * Runs the application.
     *
     * @param arguments settings, as on a command line
     * @throws RuntimeException if it does not start
     */
    public static ConfigurableApplicationContext run(SpringApplicationBuilder application, String... arguments) {
        AtomicBoolean mine = new AtomicBoolean(true);
        Runnable done = () -> {
            if (mine.compareAndSet(true, false)) {
                TURN.release();
            }
        };
        TURN.acquireUninterruptibly();
        try {
            // Initializers come right after the set-up of logging.
            return application.initializers(context -> done.run()).run(arguments);
        } finally {
            done.run();
        }
    }
}
