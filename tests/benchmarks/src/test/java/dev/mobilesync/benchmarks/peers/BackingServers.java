package dev.mobilesync.benchmarks.peers;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.CaptureInfo;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.NodePackage;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The broker and the Redis that mobile-sync and its peers use, with a virtual host and a database of their own. */
public final class BackingServers implements AutoCloseable {

    /** The peers and the clients, for Node. */
    static final NodePackage PEERS = new NodePackage("tests/benchmarks", "peers", "client", "server");

    /** The plan of all examinees, whose ids are {@code E0}, {@code E1}, … */
    static final String PLAN = "BENCH";

    private static final DeviceInfo DEVICE = new DeviceInfo("iPhone 12", "iOS 15.0");
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final int BATCH = 1_000;
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final RealServers servers = RealServers.open();

    /** Spring properties: {@code spring.rabbitmq.*} and the like. */
    public Map<String, String> properties() {
        return servers.properties();
    }

    /** The environment of a Spring application. */
    Map<String, String> springEnvironment() {
        Map<String, String> environment = TestServers.environment(properties());
        environment.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        environment.put("JWT_SECRET", TestTokens.SECRET);
        return environment;
    }

    /** The environment of a program of Node. */
    Map<String, String> nodeEnvironment() {
        Map<String, String> properties = properties();
        String virtualHost = requireNonNull(properties.get("spring.rabbitmq.virtual-host"));
        return Map.of(
                "AMQP_URL",
                "amqp://guest:guest@%s:%s/%s"
                        .formatted(
                                properties.get("spring.rabbitmq.host"),
                                properties.get("spring.rabbitmq.port"),
                                URLEncoder.encode(virtualHost, StandardCharsets.UTF_8)),
                "REDIS_URL",
                "redis://%s:%s/%s"
                        .formatted(
                                properties.get("spring.data.redis.host"),
                                properties.get("spring.data.redis.port"),
                                properties.get("spring.data.redis.database")),
                "JWT_SECRET",
                TestTokens.SECRET,
                "PLAN",
                PLAN);
    }

    /** The CPU time of RabbitMQ so far in microseconds; 0 if it runs on another machine or in a container. */
    public double brokerCpuMicros() {
        return ProcessHandle.allProcesses()
                        .map(ProcessHandle::info)
                        .filter(process -> process.command().orElse("").endsWith("/beam.smp"))
                        .flatMap(process -> process.totalCpuDuration().stream())
                        .mapToLong(Duration::toNanos)
                        .sum()
                / NANOS_PER_MICRO;
    }

    /** The CPU time of Redis so far, in microseconds. */
    public double redisCpuMicros() {
        RedisClient client = RedisClient.create(RedisUris.of(properties()));
        try (var connection = client.connect()) {
            return connection
                            .sync()
                            .info("cpu")
                            .lines()
                            .filter(line -> line.matches("used_cpu_(sys|user):.*"))
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                            .sum()
                    * MICROS_PER_SECOND;
        } finally {
            client.shutdown();
        }
    }

    /** Writes the record of the examinees 0 to {@code count - 1}: the state that their browsers receive first. */
    public void writeRecords(int count) {
        RedisClient client = RedisClient.create(RedisUris.of(properties()));
        try (var connection = client.connect()) {
            RedisAsyncCommands<String, String> redis = connection.async();
            for (int first = 0; first < count; first += BATCH) {
                List<RedisFuture<?>> replies = new ArrayList<>();
                for (int number = first; number < Math.min(count, first + BATCH); number++) {
                    ExamineeKey examinee = new ExamineeKey(PLAN, "E" + number);
                    SyncRecord record = SyncRecord.builder(examinee)
                            .status(Status.COMPLETED, examinee.examineeId(), Instant.now())
                            .device("M001")
                            .capture(
                                    new CaptureInfo(
                                            "/captures/" + examinee.examineeId() + "/sync_cap.jpg", DEVICE, null),
                                    Instant.now())
                            .revision(1)
                            .build();
                    replies.add(redis.hset(RedisKeys.record(examinee), record.toHash()));
                }
                LettuceFutures.awaitAll(TIMEOUT, replies.toArray(RedisFuture[]::new));
            }
        } finally {
            client.shutdown();
        }
    }

    @Override
    public void close() {
        servers.close();
    }
}
