package dev.mobilesync.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.BrokerImpl;
import org.apache.qpid.server.model.SystemConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An AMQP 0-9-1 broker on 127.0.0.1, in this JVM, with the virtual host {@code /}.
 *
 * <p>It stays until it is closed, also while the JVM shuts down; a JVM that is killed loses no confirmed message.
 *
 * <p>It differs from RabbitMQ where it matters to a publisher or consumer: {@code x-…} arguments of a queue are accepted and do nothing (no
 * dead-lettering, no time to live, no delivery limit), a message's {@code expiration} is honoured but delivered as an absolute time, a rejected message that is not to be requeued is dropped, a multiple nack requeues its last
 * message only, and an unroutable mandatory message comes back as a return followed by a negative confirm.
 */
public final class EmbeddedBroker implements AutoCloseable {

    public static final String USERNAME = "guest";
    public static final String PASSWORD = "guest";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final @Nullable DataDirectory data;
    private final SystemLauncher launcher;
    private final int port;

    private EmbeddedBroker(@Nullable DataDirectory data, SystemLauncher launcher, int port) {
        this.data = data;
        this.launcher = launcher;
        this.port = port;
    }

    /**
     * Returns when connections are accepted. Durable queues and exchanges, and the persistent messages in them, are kept from one start to the next;
     * a persistent message is on the disk before it is confirmed.
     *
     * @param dataDir made if it is missing; one broker at a time
     * @param port 0 for any free one
     * @throws EmbeddedServerException if the directory or the port is in use, or the broker does not start
     */
    public static EmbeddedBroker start(Path dataDir, int port) {
        DataDirectory data = DataDirectory.lock(dataDir, "broker");
        EmbeddedBroker started = null;
        try {
            started = start(data, data.path(), BrokerConfiguration.durable(Loopback.freePort(port, "broker")));
            return started;
        } finally {
            if (started == null) {
                data.close();
            }
        }
    }

    /**
     * As {@link #start}, but all of it is forgotten with the broker.
     *
     * @param port 0 for any free one
     */
    public static EmbeddedBroker startInMemory(int port) {
        int chosenPort = Loopback.freePort(port, "broker");
        try {
            Path directory = Files.createTempDirectory("mobile-sync-broker");
            try {
                return start(null, directory, BrokerConfiguration.inMemory(chosenPort));
            } finally {
                BrokerConfiguration.delete(directory);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new EmbeddedServerException("The embedded broker could not be started: " + e, e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            launcher.shutdown();
        } catch (RuntimeException e) {
            LOG.warn("The embedded broker did not stop in order", e);
        } finally {
            if (data != null) {
                data.close();
            }
        }
    }

    private static EmbeddedBroker start(
            @Nullable DataDirectory data, Path directory, BrokerConfiguration configuration) {
        Startup startup = new Startup();
        SystemLauncher launcher = new SystemLauncher(startup);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // The broker looks its plugins up there, and so will the threads that it starts.
        thread.setContextClassLoader(EmbeddedBroker.class.getClassLoader());
        EmbeddedBroker started = null;
        try {
            launcher.startup(configuration.write(directory));
            startup.rethrowFailure();
            startup.removeShutdownHook();
            started = new EmbeddedBroker(data, launcher, configuration.port());
            return started;
        } catch (Exception e) {
            throw new EmbeddedServerException(
                    "The embedded broker could not be started on port %d: %s".formatted(configuration.port(), e), e);
        } finally {
            thread.setContextClassLoader(before);
            if (started == null) {
                launcher.shutdown();
            }
        }
    }

    /** The launcher tells a listener, rather than its caller, that it failed. */
    private static final class Startup extends DefaultSystemLauncherListener {

        private @Nullable RuntimeException failure;
        private @Nullable SystemConfig<?> system;

        @Override
        public void errorOnStartup(RuntimeException e) {
            failure = e;
        }

        @Override
        public void onContainerResolve(SystemConfig<?> systemConfig) {
            system = systemConfig;
        }

        void rethrowFailure() {
            if (failure != null) {
                throw failure;
            }
        }

        /** The broker would go as soon as the JVM is told to, under the feet of those who still finish what they have in hand. */
        void removeShutdownHook() throws ReflectiveOperationException {
            Field hook = BrokerImpl.class.getDeclaredField("_shutdownHook");
            hook.setAccessible(true);
            Runtime.getRuntime()
                    .removeShutdownHook((Thread) hook.get(requireNonNull(system).getContainer()));
        }
    }
}
