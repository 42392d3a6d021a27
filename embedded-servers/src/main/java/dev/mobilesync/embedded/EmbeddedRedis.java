package dev.mobilesync.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A redis-server on 127.0.0.1, as a child process, for Linux and macOS: the machine's own where there is one on the PATH, else one that is brought
 * along. It asks for a password. A write is on the disk before it is answered. The server ends with this JVM, in order, even where this JVM is killed and runs no shutdown
 * hook; if it should outlive it all the same, the next {@link #start} on the directory ends it.
 */
public final class EmbeddedRedis implements AutoCloseable {

    static final String PID_FILE = "redis.pid";
    static final String PORT_FILE = "redis.port";
    private static final String PASSWORD_FILE = "redis.password";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final String LOG_FILE = "redis.log";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 10;

    /**
     * Runs the command in its arguments until that ends by itself or standard input ends, which it does with the JVM. Deaf to the signals of the
     * terminal, and the command in a session of its own, so that Ctrl-C does not take Redis from a JVM that is still tidying up.
     */
    private static final String GUARD = """
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
    private final Process guard;
    private volatile boolean closing;

    private EmbeddedRedis(DataDirectory data, int port, String password, Process guard) {
        this.data = data;
        this.port = port;
        this.password = password;
        this.guard = guard;
    }

    /**
     * Returns when the server answers and has its data.
     *
     * @param dataDir made if it is missing; one server at a time
     * @param port 0 for any free one
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
            OrphanedRedis.end(data, password);
            int chosenPort = Loopback.freePort(port, "Redis");
            Path executable = source.find(data);
            refuseOlderThanData(executable, data);
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
            redis.guard.onExit().thenRun(redis::reportUnexpectedEnd);
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

    /** What clients authenticate with: a random one of the data directory, which a restart keeps. */
    public String password() {
        return password;
    }

    /** Ends the server when it has saved its data. */
    @Override
    public void close() {
        closing = true;
        try {
            guard.getOutputStream().close();
            if (!guard.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("redis-server did not end within {}: killing it", STOP_LIMIT);
                kill();
            }
        } catch (IOException e) {
            LOG.warn("redis-server could not be told to end: killing it", e);
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
        } finally {
            data.close();
        }
    }

    private void kill() {
        guard.descendants().forEach(ProcessHandle::destroyForcibly);
        guard.destroyForcibly();
    }

    /** Redis before 7 does not see the append-only files that later ones write: it would start empty. */
    private static void refuseOlderThanData(Path executable, DataDirectory data) throws IOException {
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
                        "/bin/sh", "-c", GUARD, "redis-guard", executable.toString(), configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(data.resolve(LOG_FILE).toFile())
                .start();
    }

    private void awaitReady() throws IOException {
        Instant limit = Instant.now().plus(START_LIMIT);
        while (!answers()) {
            try {
                if (guard.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("it ended at once, saying\n" + lastWords());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            if (Instant.now().isAfter(limit)) {
                throw new IOException("no answer within %s, its log says%n%s".formatted(START_LIMIT, lastWords()));
            }
        }
    }

    /** Whether the server has loaded its data, and is ours: another may have taken the port since it was found free. */
    private boolean answers() {
        try (RedisClient redis = RedisClient.connect(port, password)) {
            return redis.call("PING").equals(List.of("PONG"))
                    && redis.call("CONFIG", "GET", "dir")
                            .equals(List.of("dir", data.path().toString()));
        } catch (IOException notYet) {
            return false;
        }
    }

    private void reportUnexpectedEnd() {
        if (!closing) {
            LOG.error("redis-server on port {} ended with status {}, saying\n{}", port, guard.exitValue(), lastWords());
        }
    }

    private String lastWords() {
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

    /** Where the redis-server comes from. */
    @FunctionalInterface
    interface ExecutableSource {
        Path find(DataDirectory data) throws IOException;
    }
}
