package dev.mobilesync.embedded;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Field;
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
 * <p>It runs until it is closed, even during the JVM's shutdown. If the JVM is killed, no confirmed message is lost.
 *
 * <p>Differences from RabbitMQ: {@code x-…} arguments of a queue are accepted and ignored (no dead-lettering, time to live
 * or delivery limit); {@code expiration} is honoured but delivered as an absolute time; a message rejected without requeue
 * is dropped; a multiple nack requeues its last message only; an unroutable mandatory message is returned and then
 * negatively confirmed.
 */
public final class EmbeddedBroker implements AutoCloseable {

    public static final String USERNAME = "guest";
    public static final String PASSWORD = "guest";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final DataDirectory data;
    private final SystemLauncher launcher;
    private final int port;

    private EmbeddedBroker(DataDirectory data, SystemLauncher launcher, int port) {
        this.data = data;
        this.launcher = launcher;
        this.port = port;
    }

    /**
     * Returns when the broker accepts connections. Durable queues, exchanges and persistent messages survive a restart; a
     * persistent message is on disk before it is confirmed.
     *
     * @param dataDir created if missing; for one broker at a time
     * @param port 0 for a free port
     * @throws EmbeddedServerException if the directory or the port is in use, or the broker does not start
     */
    public static EmbeddedBroker start(Path dataDir, int port) {
        DataDirectory data = DataDirectory.lock(dataDir, "broker");
        try {
            return start(data, Loopback.freePort(port, "broker"));
        } catch (RuntimeException | Error e) {
            data.close();
            throw e;
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
            LOG.warn("The embedded broker did not stop cleanly", e);
        } finally {
            data.close();
        }
    }

    private static EmbeddedBroker start(DataDirectory data, int port) {
        Startup startup = new Startup();
        SystemLauncher launcher = new SystemLauncher(startup);
        Thread thread = Thread.currentThread();
        ClassLoader previous = thread.getContextClassLoader();
        // The broker and its threads look up plugins in the context class loader.
        thread.setContextClassLoader(EmbeddedBroker.class.getClassLoader());
        EmbeddedBroker started = null;
        try {
            launcher.startup(BrokerConfiguration.write(data.path(), port));
            startup.rethrowFailure();
            startup.removeShutdownHook();
            started = new EmbeddedBroker(data, launcher, port);
            return started;
        } catch (Exception e) {
            throw new EmbeddedServerException(
                    "The embedded broker could not be started on port %d: %s".formatted(port, e), e);
        } finally {
            thread.setContextClassLoader(previous);
            if (started == null) {
                launcher.shutdown();
            }
        }
    }

    /** The launcher reports a failure to its listener only. */
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

        /** Without this, the broker would stop at the beginning of the JVM's shutdown, while the services still drain. */
        void removeShutdownHook() throws ReflectiveOperationException {
            Field hook = BrokerImpl.class.getDeclaredField("_shutdownHook");
            hook.setAccessible(true);
            Runtime.getRuntime()
                    .removeShutdownHook((Thread) hook.get(requireNonNull(system).getContainer()));
        }
    }
}
