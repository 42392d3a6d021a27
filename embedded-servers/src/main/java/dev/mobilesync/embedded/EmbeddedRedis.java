package dev.mobilesync.embedded;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A redis-server on 127.0.0.1, as a child process, for Linux and macOS: the one on the PATH, else a bundled one. It requires
 * a password. A write is on disk before its reply. The server shuts down cleanly with this JVM, even if the JVM is killed. If
 * it still runs after the JVM has ended, the next {@link #start} on the directory ends it.
 */
public final class EmbeddedRedis implements AutoCloseable {

    static final String PID_FILE = "redis.pid";
    static final String PORT_FILE = "redis.port";
    private static final String PASSWORD_FILE = "redis.password";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final String LOG_FILE = "redis.log";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 10;

    /**
     * Runs the command in its arguments until the command exits or standard input closes, which happens when the JVM ends.
     * Ignores the terminal's signals and, where {@code setsid} exists (Linux), runs the command in a separate session, so that
     * Ctrl-C does not stop Redis while the JVM still shuts down.
     */
    private static final String SUPERVISOR = """
            trap '' INT HUP TERM
            if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
            exec 3<&0
            "$@" 3<&- </dev/null &
            server=$!
            ( read -r end <&3; kill -TERM "$server" ) 2>/dev/null &
            reader=$!
            exec 3<&-
            wait "$server"
            status=$?
            kill -KILL "$reader" 2>/dev/null
            exit "$status"
            """;

    private final DataDirectory data;
    private final int port;
    private final String password;
    private final Process supervisor;
    private volatile boolean closing;

    private EmbeddedRedis(DataDirectory data, int port, String password, Process supervisor) {
        this.data = data;
        this.port = port;
        this.password = password;
        this.supervisor = supervisor;
    }

    /**
     * Returns when the server has loaded its data and replies.
     *
     * @param dataDir created if missing; for one server at a time
     * @param port 0 for a free port
     * @throws EmbeddedServerException if the directory or the port is in use, or the server does not start
     */
    public static EmbeddedRedis start(Path dataDir, int port) {
        return start(dataDir, port, RedisExecutable::find);
    }

    static EmbeddedRedis start(Path dataDir, int port, ExecutableSource source) {
        DataDirectory data = DataDirectory.lock(dataDir, "Redis");
        EmbeddedRedis started = null;
        try {
            String password = PrivateFiles.secret(data.resolve(PASSWORD_FILE));
            LeftoverRedis.shutDown(data, password);
            int chosenPort = Loopback.freePort(port, "Redis");
            Path executable = source.find(data);
            rejectOlderServer(executable, data);
            EmbeddedRedis redis =
                    new EmbeddedRedis(data, chosenPort, password, launch(executable, data, chosenPort, password));
            try {
                redis.awaitReady();
                started = redis;
            } finally {
                if (started == null) {
                    redis.close();
                }
            }
            redis.supervisor.onExit().thenRun(redis::logUnexpectedExit);
            return started;
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The embedded Redis in %s could not be started: %s".formatted(data.path(), e), e);
        } finally {
            if (started == null) {
                data.close();
            }
        }
    }

    public int port() {
        return port;
    }

    /** The clients' password: random, and kept in the data directory across restarts. */
    public String password() {
        return password;
    }

    /** Stops the server, which saves its data first. */
    @Override
    public void close() {
        closing = true;
        try {
            supervisor.getOutputStream().close();
            if (!supervisor.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("redis-server did not stop within {}: killing it", STOP_TIMEOUT);
                kill();
            }
        } catch (IOException e) {
            LOG.warn("redis-server could not be stopped: killing it", e);
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
        } finally {
            data.close();
        }
    }

    private void kill() {
        supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
        supervisor.destroyForcibly();
    }

    /** Redis before 7 does not read the append-only files of later versions: it would start empty. */
    private static void rejectOlderServer(Path executable, DataDirectory data) throws IOException {
        if (Files.exists(data.resolve("appendonlydir")) && RedisExecutable.majorVersion(executable) < 7) {
            throw new EmbeddedServerException(
                    "The data in %s was written by Redis 7 or later, and %s is older: put redis-server 7 on the PATH"
                            .formatted(data.path(), executable));
        }
    }

    private static Process launch(Path executable, DataDirectory data, int port, String password) throws IOException {
        Path configuration = data.resolve("redis.conf");
        PrivateFiles.write(configuration, """
                # Written at every start.
                bind %s
                port %d
                requirepass %s
                dir %s
                pidfile %s
                daemonize no
                appendonly yes
                appendfsync always
                save ""
                """.formatted(
                        Loopback.HOST, port, password, quoted(data.path()), quoted(data.resolve(PID_FILE))));
        Files.writeString(data.resolve(PORT_FILE), Integer.toString(port));
        return new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        SUPERVISOR,
                        "redis-supervisor",
                        executable.toString(),
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve(LOG_FILE).toFile())
                .start();
    }

    private void awaitReady() throws IOException {
        Instant deadline = Instant.now().plus(START_TIMEOUT);
        try (RedisClient client = RedisClients.create(port, password)) {
            while (!isReady(client)) {
                if (supervisor.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("it exited immediately:\n" + logTail());
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new IOException("no reply within %s:%n%s".formatted(START_TIMEOUT, logTail()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Whether the server has loaded its data and is this one: another may have taken the port since it was found free. */
    private boolean isReady(RedisClient client) {
        try (var connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            return redis.ping().equals("PONG")
                    && data.path().toString().equals(redis.configGet("dir").get("dir"));
        } catch (RedisException | CancellationException notYet) {
            return false;
        }
    }

    private void logUnexpectedExit() {
        if (!closing) {
            LOG.error("redis-server on port {} exited with status {}:\n{}", port, supervisor.exitValue(), logTail());
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(data.resolve(LOG_FILE));
            return lines.stream().skip(Math.max(0, lines.size() - 5)).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @FunctionalInterface
    interface ExecutableSource {
        Path find(DataDirectory data) throws IOException;
    }
}
