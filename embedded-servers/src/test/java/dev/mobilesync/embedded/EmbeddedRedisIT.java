package dev.mobilesync.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddedRedisIT {

    private final Path dir;

    EmbeddedRedisIT(@TempDir Path dir) {
        this.dir = dir;
    }

    @Test
    void keepsDataAcrossRestart() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            call(redis, commands -> commands.hset("plan:P001:examinee:E001:mobile_sync", "status", "COMPLETED"));
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            assertThat(call(redis, commands -> commands.hget("plan:P001:examinee:E001:mobile_sync", "status")))
                    .isEqualTo("COMPLETED");
        }
    }

    @Test
    void requiresPasswordOfDataDirectory() throws Exception {
        String password;
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            password = redis.password();
            assertThat(password).hasSize(43);
            assertThatThrownBy(() -> call(redis.port(), "another", RedisCommands::ping))
                    .rootCause()
                    .hasMessageContaining("WRONGPASS");
            assertThat(Files.getPosixFilePermissions(dir)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            for (String file : List.of("redis.password", "redis.conf")) {
                assertThat(Files.getPosixFilePermissions(dir.resolve(file)))
                        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            }
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            assertThat(redis.password()).isEqualTo(password);
        }
    }

    @Test
    void stopsWhenItsJvmIsKilled() throws Exception {
        long server;
        try (ChildJvm child = ChildJvm.start(KilledOwner.class, dir)) {
            server = Long.parseLong(child.awaitLine("written"));
            assertThat(isAlive(server)).isTrue();
            child.kill();
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> !isAlive(server));
        assertOneServerHasData();
    }

    @Test
    void stopsWhenItsJvmExitsWithoutClosing() throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitingOwner.class, dir)) {
            long server = Long.parseLong(child.awaitLine("written"));
            assertThat(child.awaitExit()).isZero();
            await().atMost(Duration.ofSeconds(5)).until(() -> !isAlive(server));
        }
        assertOneServerHasData();
    }

    @Test
    void stopsLeftoverRedisAtNextStart() throws Exception {
        long leftover;
        try (ChildJvm child = ChildJvm.start(KilledOwner.class, dir)) {
            leftover = Long.parseLong(child.awaitLine("written"));
            List<ProcessHandle> supervisors = ProcessHandle.of(child.pid())
                    .orElseThrow()
                    .descendants()
                    .filter(process -> process.pid() != leftover)
                    .toList();
            assertThat(supervisors).isNotEmpty();
            supervisors.forEach(ProcessHandle::destroyForcibly);
            child.kill();
        }
        assertThat(isAlive(leftover)).isTrue();
        assertOneServerHasData();
        // It has exited, but stays in the process table until its new parent has collected its exit status.
        await().atMost(Duration.ofSeconds(5)).until(() -> !isAlive(leftover));
    }

    @Test
    void doesNotKillReusedProcessId() throws Exception {
        long pid = ProcessHandle.current().pid();
        try (ServerSocket other = new ServerSocket(0)) {
            Files.writeString(dir.resolve("redis.pid"), Long.toString(pid));
            Files.writeString(dir.resolve("redis.port"), Integer.toString(other.getLocalPort()));
            try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
                assertThat(call(redis, RedisCommands::ping)).isEqualTo("PONG");
            }
        }
    }

    @Test
    void runsBundledServer() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0, RedisExecutable::unpack)) {
            call(redis, commands -> commands.set("key", "written by the bundled server"));
            assertThat(call(redis, commands -> commands.info("server"))).contains("redis_version:6.2");
        }
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0, RedisExecutable::unpack)) {
            assertThat(call(redis, commands -> commands.get("key"))).isEqualTo("written by the bundled server");
        }
    }

    @Test
    void rejectsDataOfLaterRedis() throws Exception {
        EmbeddedRedis.start(dir, 0).close();
        Files.createDirectories(dir.resolve("appendonlydir"));

        assertThatThrownBy(() -> EmbeddedRedis.start(dir, 0, RedisExecutable::unpack))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("Redis 7");
    }

    @Test
    void listensOnLoopbackAndSyncsEveryWrite() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            assertThat(call(redis, commands -> commands.configGet("bind").get("bind")))
                    .isEqualTo("127.0.0.1");
            assertThat(call(redis, commands -> commands.configGet("appendfsync").get("appendfsync")))
                    .isEqualTo("always");
        }
    }

    @Test
    void acceptsDirectoryWithSpace() throws Exception {
        Path spaced = dir.resolve("my data");
        try (EmbeddedRedis redis = EmbeddedRedis.start(spaced, 0)) {
            assertThat(call(redis, RedisCommands::ping)).isEqualTo("PONG");
        }
    }

    @Test
    void rejectsDirectoryInUse() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            StartFailures.assertNamesDirectoryInUse("Redis", dir, () -> EmbeddedRedis.start(dir, 0));
            assertThat(call(redis, RedisCommands::ping)).isEqualTo("PONG");
        }
    }

    @Test
    void rejectsDirectoryOfOtherProcess() throws Exception {
        try (ChildJvm child = ChildJvm.start(KilledOwner.class, dir)) {
            long server = Long.parseLong(child.awaitLine("written"));
            assertThatThrownBy(() -> EmbeddedRedis.start(dir, 0))
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("in use by process " + child.pid());
            assertThat(isAlive(server)).isTrue();
        }
    }

    @Test
    void namesPortInUse() throws Exception {
        StartFailures.assertNamesPortInUse("Redis", port -> EmbeddedRedis.start(dir, port));
    }

    private void assertOneServerHasData() throws IOException {
        try (EmbeddedRedis redis = EmbeddedRedis.start(dir, 0)) {
            assertThat(call(redis, commands -> commands.get("key"))).isEqualTo("value");
            assertThat(serversOn(dir.toRealPath())).containsExactly(processId(redis));
        }
        assertThat(serversOn(dir.toRealPath())).isEmpty();
    }

    /** Finds redis-server processes by command and working directory. */
    private static List<Long> serversOn(Path dir) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").contains("redis"))
                .filter(process -> workingDirectory(process).equals(dir))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static Path workingDirectory(ProcessHandle process) {
        try {
            return Path.of("/proc", Long.toString(process.pid()), "cwd").toRealPath();
        } catch (IOException ended) {
            return Path.of("");
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static long processId(EmbeddedRedis redis) {
        return call(redis, commands -> commands.info("server"))
                .lines()
                .filter(line -> line.startsWith("process_id:"))
                .map(line -> Long.valueOf(line.substring("process_id:".length())))
                .findFirst()
                .orElseThrow();
    }

    private static String call(EmbeddedRedis redis, Function<RedisCommands<String, String>, Object> command) {
        return call(redis.port(), redis.password(), command);
    }

    private static String call(int port, String password, Function<RedisCommands<String, String>, Object> command) {
        try (RedisClient client = RedisClients.create(port, password)) {
            return String.valueOf(command.apply(client.connect().sync()));
        }
    }

    private static void writeAndReport(Path dir) throws IOException {
        EmbeddedRedis redis = EmbeddedRedis.start(dir, 0);
        call(redis, commands -> commands.set("key", "value"));
        System.out.println("written " + processId(redis));
    }

    /** Writes, reports it, and waits to be killed. */
    static final class KilledOwner {

        public static void main(String[] args) throws Exception {
            writeAndReport(Path.of(args[0]));
            Thread.currentThread().join();
        }
    }

    /** Writes, reports it, and exits without closing anything. */
    static final class ExitingOwner {

        public static void main(String[] args) throws Exception {
            writeAndReport(Path.of(args[0]));
        }
    }
}
