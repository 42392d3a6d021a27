package dev.mobilesync.web.erasure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.web.StoreProperties;
import dev.mobilesync.web.WebServerBackends;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import dev.mobilesync.web.store.StoreFailedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The command {@code --erase}, with any store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
abstract class EraseOptionContract {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Instant AT = Instant.parse("2024-01-01T09:00:00Z");
    private static final String SHARED_KEYS = StoreProperties.KEY_TEMPLATE;
    private static final String OWN_KEYS = "{planId}/{examineeId}/sync_cap.jpg";
    private static final ExamineeKey P1_E1 = new ExamineeKey("P001", "E001");
    private static final ExamineeKey P1_E2 = new ExamineeKey("P001", "E002");
    private static final ExamineeKey P2_E1 = new ExamineeKey("P002", "E001");
    /** Its plan's id begins with another plan's. */
    private static final ExamineeKey P1X_E1 = new ExamineeKey("P001-x", "E001");

    private final Map<String, String> servers =
            new TreeMap<>(WebServerBackends.open().properties());
    private final LettuceConnectionFactory connections;
    private final StringRedisTemplate redis;
    private String printed = "";

    EraseOptionContract(Map<String, String> store) {
        servers.putAll(store);
        connections =
                new LettuceConnectionFactory(LettuceConnectionFactory.createRedisConfiguration(RedisUris.of(servers)));
        connections.start();
        redis = new StringRedisTemplate(connections);
        redis.afterPropertiesSet();
    }

    @AfterAll
    void close() {
        connections.destroy();
    }

    @BeforeEach
    void clear() throws Exception {
        redis.delete(requireNonNull(redis.keys("*")));
        for (String keys : List.of(SHARED_KEYS, OWN_KEYS)) {
            WebServerProperties.Store settings = StoreProperties.of(servers, keys);
            try (CaptureStore store = new CaptureStore(settings, 1, new SimpleMeterRegistry());
                    CaptureVersions captures = new CaptureVersions(settings)) {
                store.ensureBucket(TimeLimit.in(LIMIT));
                WebServerBackends.removeAll(captures);
            }
        }
    }

    @Test
    void erasesExamineeOfOnePlanOnly(CapturedOutput output) throws Exception {
        @Nullable String version = put(SHARED_KEYS, P1_E1, 1).version();
        put(SHARED_KEYS, P1_E1, 2);
        byte[] others = Jpegs.picture(64, 48, 3);
        put(SHARED_KEYS, P2_E1, 3);
        put(SHARED_KEYS, P1_E2, 4);
        List.of(P1_E2, P2_E1, P1X_E1).forEach(this::write);
        Map<String, String> rest = everythingInRedis();
        write(P1_E1);

        assertThat(run("P001/E001")).as(printed).isZero();

        assertThat(everythingInRedis()).isEqualTo(rest);
        assertThat(read(SHARED_KEYS, P2_E1, null)).isEqualTo(others);
        assertThat(read(SHARED_KEYS, P1_E2, null)).isEqualTo(Jpegs.picture(64, 48, 4));
        assertThat(printed)
                .contains("erased: record plan:P001:examinee:E001:mobile_sync")
                .contains("erased: deadline P001:E001 in mobile_sync:deadlines")
                .contains("erased: index entry E001 in plan:P001:mobile_sync")
                .contains("erased: change entry E001 in plan:P001:mobile_sync:changes")
                .contains("erased: pairing code mobile_sync:pairing:hash-of-P001:E001")
                .contains("erased: newest pairing codes plan:P001:examinee:E001:mobile_sync:pairing")
                .contains("erased: paired device plan:P001:examinee:E001:mobile_sync:device")
                .contains("erased: roster entry E001 in plan:P001:mobile_sync:roster")
                .contains("erased: history plan:P001:examinee:E001:mobile_sync:history")
                .contains("kept: " + bucket() + "/E001/sync_cap.jpg", "(of another plan)")
                .doesNotContain("E002", "REMAINS", "NOT COMPLETE");
        if (version != null) {
            assertThat(read(SHARED_KEYS, P1_E1, version)).isNull();
            assertThat(printed).contains("total: 11 erased").contains("capture: 2");
        } else {
            assertThat(printed).contains("total: 9 erased");
        }
        assertThat(output.getAll())
                .containsPattern("time=\\d{4}-\\d\\d-\\d\\dT\\S+Z action=start-erase role=operator who=\\S+"
                        + " plan=P001 examinee=E001\n")
                .contains("action=erase role=operator who=" + System.getProperty("user.name")
                        + " plan=P001 examinee=E001 erased=" + (version == null ? 9 : 11) + " remaining=0");

        assertThat(run("P001/E001")).as("again").isZero();
        assertThat(printed).contains("total: 0 erased");
    }

    @Test
    void erasesCaptureWithoutRecord() throws Exception {
        put(SHARED_KEYS, P1_E1, 1);

        assertThat(run("P001/E001")).isZero();

        assertThat(printed).contains("erased: capture " + bucket() + "/E001/sync_cap.jpg");
        assertThat(read(SHARED_KEYS, P1_E1, null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED_KEYS, OWN_KEYS})
    void erasesOnePlanOnly(String keys) throws Exception {
        put(keys, P1_E1, 1);
        put(keys, P2_E1, 2);
        put(keys, P1_E2, 3);
        write(P1_E1);
        write(P1_E2);
        write(P2_E1);
        write(P1X_E1);
        // A crash may leave a record without an index entry.
        redis.opsForHash().putAll(RedisKeys.record(new ExamineeKey("P001", "E003")), Map.of("status", "WAITING"));

        assertThat(run("P001", "--mobile-sync.store.key-template=" + keys))
                .as(printed)
                .isZero();

        assertThat(read(keys, P2_E1, null)).isEqualTo(Jpegs.picture(64, 48, 2));
        assertThat(read(keys, P1_E2, null)).isNull();
        if (keys.equals(OWN_KEYS)) {
            assertThat(read(keys, P1_E1, null)).isNull();
        }
        Map<String, String> left = everythingInRedis();
        clear();
        write(P2_E1);
        write(P1X_E1);
        assertThat(left).isEqualTo(everythingInRedis());
    }

    @Test
    void erasesCapturesAfterStoreOutage() throws Exception {
        put(SHARED_KEYS, P1_E1, 1);
        write(P1_E1);

        assertThat(run("P001/E001", "--mobile-sync.store.endpoint=http://127.0.0.1:" + closedPort()))
                .isEqualTo(1);
        assertThat(printed)
                .contains("REMAINS: captures of examinee E001 of plan P001")
                .contains("erased: record plan:P001:examinee:E001:mobile_sync")
                .contains("NOT COMPLETE: 1 could not be erased");

        assertThat(run("P001/E001")).isZero();
        assertThat(printed).contains("total: 1 erased (capture: 1)");
        assertThat(read(SHARED_KEYS, P1_E1, null)).isNull();
    }

    @Test
    void erasesRedisKeysAfterOutage() throws Exception {
        put(SHARED_KEYS, P1_E1, 1);
        write(P1_E1);

        assertThat(run("P001", "--spring.data.redis.port=" + closedPort())).isEqualTo(1);
        assertThat(printed)
                .contains("erased: capture " + bucket() + "/E001/sync_cap.jpg")
                .contains("REMAINS: Redis keys of plan P001", "REMAINS: Redis keys of examinee E001");

        assertThat(run("P001")).isZero();
        assertThat(everythingInRedis()).isEmpty();
    }

    /** Needs neither the broker nor the service's port, because the service may be running. */
    int run(String scope, String... more) {
        Map<String, String> settings = new TreeMap<>(servers);
        settings.put("spring.rabbitmq.port", "1");
        for (String setting : more) {
            String[] parts = setting.substring(2).split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ServerSocket taken = new ServerSocket(0)) {
            settings.put("server.port", Integer.toString(taken.getLocalPort()));
            List<String> arguments = new ArrayList<>(List.of("--erase=" + scope));
            settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
            String[] args = arguments.toArray(String[]::new);
            return EraseOption.run(
                    EraseOption.parse(args).orElseThrow(), new PrintStream(out, true, StandardCharsets.UTF_8), args);
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    private CaptureStore.Stored put(String keys, ExamineeKey examinee, long seed) throws StoreFailedException {
        byte[] picture = Jpegs.picture(64, 48, seed);
        try (CaptureStore store = store(keys)) {
            return store.put(
                    new CaptureMetadata(examinee, "M001", AT, "00", "00", null, null), picture, TimeLimit.in(LIMIT));
        }
    }

    private byte @Nullable [] read(String keys, ExamineeKey examinee, @Nullable String version) throws Exception {
        try (CaptureStore store = store(keys)) {
            CaptureStore.ObjectStream opened = store.open(examinee, version);
            if (opened == null) {
                return null;
            }
            try (var content = opened.content()) {
                return content.readAllBytes();
            }
        }
    }

    private String bucket() {
        return StoreProperties.of(servers, SHARED_KEYS).bucket();
    }

    private CaptureStore store(String keys) {
        return new CaptureStore(StoreProperties.of(servers, keys), 4, new SimpleMeterRegistry());
    }

    /** Writes all keys of an examinee, as the services do. */
    private void write(ExamineeKey examinee) {
        SyncRecord record = SyncRecord.builder(examinee)
                .status(Status.WAITING, "a-message", AT)
                .deadline(AT.plusSeconds(300))
                .name("a name")
                .revision(1)
                .build();
        redis.opsForHash().putAll(RedisKeys.record(examinee), record.toHash());
        redis.opsForZSet().add(RedisKeys.DEADLINES, examinee.qualifiedId(), 1);
        redis.opsForZSet().add(RedisKeys.planIndex(examinee.planId()), examinee.examineeId(), 0);
        redis.opsForZSet().add(RedisKeys.planChanges(examinee.planId()), examinee.examineeId(), 1);
        String hash = "hash-of-" + examinee.qualifiedId();
        redis.opsForValue().set(RedisKeys.newestCodes(examinee), hash);
        redis.opsForValue().set(RedisKeys.pairingCode(hash), examinee.qualifiedId());
        redis.opsForValue().set(RedisKeys.pairedDevice(examinee), "M001:a-token");
        redis.opsForHash().put(RedisKeys.roster(examinee.planId()), examinee.examineeId(), "a name");
        redis.opsForList().rightPush(RedisKeys.history(examinee), "{}");
    }

    private Map<String, String> everythingInRedis() {
        Map<String, String> everything = new TreeMap<>();
        for (String key : requireNonNull(redis.keys("*"))) {
            String value =
                    switch (requireNonNull(redis.type(key))) {
                        case HASH -> new TreeMap<>(redis.opsForHash().entries(key)).toString();
                        case LIST -> String.valueOf(redis.opsForList().range(key, 0, -1));
                        case ZSET ->
                            new TreeSet<>(requireNonNull(redis.opsForZSet().range(key, 0, -1))).toString();
                        default -> String.valueOf(redis.opsForValue().get(key));
                    };
            everything.put(key, value);
        }
        return everything;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
