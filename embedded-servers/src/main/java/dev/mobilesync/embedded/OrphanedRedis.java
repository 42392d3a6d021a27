package dev.mobilesync.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A redis-server that still works on a data directory though the JVM that started it is gone. Two of them on one append-only file would spoil it,
 * so it is ended, in order, before the next is started.
 */
final class OrphanedRedis {

    private static final Logger LOG = LoggerFactory.getLogger(OrphanedRedis.class);
    private static final long PATIENCE_SECONDS = 10;

    private final DataDirectory data;
    private final ProcessHandle process;
    private final int port;
    private final String password;

    private OrphanedRedis(DataDirectory data, ProcessHandle process, int port, String password) {
        this.data = data;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    static void end(DataDirectory data, String password) throws IOException {
        Optional<ProcessHandle> process = number(data.resolve(EmbeddedRedis.PID_FILE))
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive);
        Optional<Integer> port = number(data.resolve(EmbeddedRedis.PORT_FILE)).map(Long::intValue);
        if (process.isPresent() && port.isPresent()) {
            new OrphanedRedis(data, process.get(), port.get(), password).end();
        }
    }

    private void end() throws IOException {
        if (isOurs()) {
            LOG.info(
                    "Ending redis-server (process {}), left over on {} by a program that was killed",
                    process.pid(),
                    data.path());
            shutdown();
            if (!awaitExit()) {
                process.destroyForcibly();
            }
        }
        // It may have stopped listening and be about to end, or the process id may be another program's by now.
        if (looksLikeRedis() && !awaitExit()) {
            throw new EmbeddedServerException("Process %d looks like a redis-server that still uses %s: end it first"
                    .formatted(process.pid(), data.path()));
        }
    }

    /** Asks whoever listens on the port: the process id alone proves nothing, since the operating system gives it out again. */
    private boolean isOurs() {
        try (RedisClient redis = RedisClient.connect(port, password)) {
            return redis.call("INFO", "server").stream()
                            .flatMap(String::lines)
                            .anyMatch(("process_id:" + process.pid())::equals)
                    && redis.call("CONFIG", "GET", "dir")
                            .equals(List.of("dir", data.path().toString()));
        } catch (IOException e) {
            return false;
        }
    }

    private void shutdown() {
        try (RedisClient redis = RedisClient.connect(port, password)) {
            redis.call("SHUTDOWN");
        } catch (IOException hungUp) {
            // the answer to SHUTDOWN
        }
    }

    private boolean looksLikeRedis() {
        String command = process.info()
                .command()
                .map(Path::of)
                .map(Path::getFileName)
                .map(Path::toString)
                .orElse("");
        return process.isAlive() && (command.contains("redis") || command.contains("valkey"));
    }

    private boolean awaitExit() throws IOException {
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Optional<Long> number(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
