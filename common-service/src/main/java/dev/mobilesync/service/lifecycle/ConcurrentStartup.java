package dev.mobilesync.service.lifecycle;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts a Spring application while others start in the same JVM. Only the initialization of logging, which is global to the
 * JVM and fails if it is concurrent, runs in one application at a time.
 */
public final class ConcurrentStartup {

    private static final Semaphore LOGGING = new Semaphore(1);

    private ConcurrentStartup() {}

    /**
     * Starts the application.
     *
     * @param arguments settings in command-line form
     * @throws RuntimeException if the application does not start
     */
    public static ConfigurableApplicationContext run(SpringApplicationBuilder application, String... arguments) {
        AtomicBoolean held = new AtomicBoolean(true);
        Runnable release = () -> {
            if (held.compareAndSet(true, false)) {
                LOGGING.release();
            }
        };
        LOGGING.acquireUninterruptibly();
        try {
            // Spring calls initializers right after it has initialized logging.
            return application.initializers(context -> release.run()).run(arguments);
        } finally {
            release.run();
        }
    }
}
