package dev.mobilesync.embedded;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A redis-server that uses a data directory although the JVM that started it has ended. Two servers would corrupt the
 * append-only file, so it is shut down before the next one starts.
 */
record LeftoverRedis(DataDirectory data, ProcessHandle process, int port, String password) {

    private static final Logger LOG = LoggerFactory.getLogger(LeftoverRedis.class);
    private static final long EXIT_TIMEOUT_SECONDS = 10;

    static void shutDown(DataDirectory data, String password) throws IOException {
        Optional<ProcessHandle> process = readNumber(data.resolve(EmbeddedRedis.PID_FILE))
                .flatMap(ProcessHandle::of)
                .filter(ProcessHandle::isAlive);
        Optional<Integer> port =
                readNumber(data.resolve(EmbeddedRedis.PORT_FILE)).map(Long::intValue);
        if (process.isPresent() && port.isPresent()) {
            new LeftoverRedis(data, process.get(), port.get(), password).shutDown();
        }
    }

    private void shutDown() throws IOException {
        if (isOurs()) {
            LOG.info(
                    "Stopping redis-server (process {}), which a killed JVM left running on {}",
                    process.pid(),
                    data.path());
            requestShutdown();
            if (!awaitExit()) {
                process.destroyForcibly();
            }
        }
        // It may have stopped listening and be about to exit, or another program may have its process id now.
        if (looksLikeRedis() && !awaitExit()) {
            throw new EmbeddedServerException("Process %d looks like a redis-server that still uses %s: stop it first"
                    .formatted(process.pid(), data.path()));
        }
    }

    /** Asks the server on the port: the process id alone proves nothing, because the operating system reuses ids. */
    private boolean isOurs() {
        try (RedisClient client = RedisClients.create(port, password);
                var connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            return redis.info("server").lines().anyMatch(("process_id:" + process.pid())::equals)
                    && data.path().toString().equals(redis.configGet("dir").get("dir"));
        } catch (RedisException | CancellationException e) {
            return false;
        }
    }

    private void requestShutdown() {
        try (RedisClient client = RedisClients.create(port, password);
                var connection = client.connect()) {
            // NOSAVE skips the RDB snapshot, which is disabled; the append-only file is flushed in any case.
            connection.sync().shutdown(false);
        } catch (RedisException | CancellationException closed) {
            // SHUTDOWN closes the connection
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
            process.onExit().get(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
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

    private static Optional<Long> readNumber(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
