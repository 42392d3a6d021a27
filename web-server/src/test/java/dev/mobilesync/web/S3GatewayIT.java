package dev.mobilesync.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.erasure.EraseCommand;
import dev.mobilesync.web.reconciliation.SweepCommand;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import dev.mobilesync.web.store.CaptureVersions;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Retakes, downloads, {@code --sweep} and {@code --erase} on a real S3 server, with real versions and delete markers.
 * The bucket does not exist before.
 */
@NeedsS3Gateway
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3GatewayIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String DEVICE = "M001";

    private final TestServers servers = TestServers.shared();
    private final Map<String, String> store = S3Gateway.properties();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private String[] settings;
    private ConfigurableApplicationContext context;
    private ApiClient api;
    private RabbitTemplate broker;
    private StringRedisTemplate redis;
    private CaptureStore captures;
    private CaptureVersions versions;

    @BeforeAll
    void start() {
        Map<String, String> properties = new HashMap<>(servers.properties());
        properties.putAll(store);
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("mobile-sync.jwt.secret", TestTokens.SECRET);
        properties.put("mobile-sync.sweep-interval", "0");
        settings = properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
        context = new SpringApplicationBuilder(WebServer.class)
                .properties("spring.config.name=" + WebServer.CONFIG_NAME)
                .registerShutdownHook(false)
                .run(settings);
        context.getBean(AmqpAdmin.class).initialize();
        api = new ApiClient(
                URI.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port")));
        broker = new RabbitTemplate(context.getBean(ConnectionFactory.class));
        redis = context.getBean(StringRedisTemplate.class);
        captures = context.getBean(CaptureStore.class);
        versions = context.getBean(CaptureVersions.class);
    }

    @AfterAll
    void stop() {
        if (context != null) {
            context.close();
        }
    }

    @BeforeEach
    void clear() throws Exception {
        servers.reset();
        List<CaptureVersions.Version> stored = new ArrayList<>();
        versions.list("", stored::add);
        stored.forEach(version -> versions.remove(version).join());
        printed.reset();
    }

    @Test
    void showsVersionOfRecordToProctor() throws Exception {
        ExamineeKey examinee = new ExamineeKey("G1", "E1");
        byte[] picture = Jpegs.picture(1280, 720, 1);
        MobileSyncStatus first = upload(examinee, picture);
        StoredRecords.write(redis, StoredRecords.completed(first));
        upload(examinee, Jpegs.picture(2));
        upload(new ExamineeKey("G2", "E1"), Jpegs.picture(3));

        HttpResponse<byte[]> shown = api.getBytes(imageUrl(first), TestTokens.proctor("p", "G1"));

        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).isEqualTo(picture);
        assertThat(shown.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(shown.headers().firstValueAsLong("Content-Length")).hasValue(picture.length);
        assertThat(api.get(imageUrl(first), TestTokens.proctor("p", "G2")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void storesSamePictureAgainAfterRetake() throws Exception {
        ExamineeKey examinee = new ExamineeKey("G3", "E3");
        byte[] picture = Jpegs.picture(4);
        MobileSyncStatus first = upload(examinee, picture);
        assertThat(upload(examinee, picture)).as("a repeated upload").isEqualTo(first);
        assertThat(versionsOf(examinee)).hasSize(1);
        StoredRecords.write(
                redis,
                SyncRecord.builder(examinee)
                        .status(Status.WAITING, "m", first.timestamp())
                        .retake("too dark", first.timestamp())
                        .deadline(first.timestamp().plusSeconds(300))
                        .build());

        MobileSyncStatus second = upload(examinee, picture);

        assertThat(second.timestamp()).isAfter(first.timestamp());
        assertThat(imageVersion(second)).isNotEqualTo(imageVersion(first));
        assertThat(versionsOf(examinee))
                .extracting(CaptureVersions.Version::id)
                .containsExactlyInAnyOrder(imageVersion(first), imageVersion(second));
        StoredRecords.write(redis, StoredRecords.completed(second));
        assertThat(api.getBytes(imageUrl(second), TestTokens.proctor("p", "G3")).body())
                .isEqualTo(picture);
    }

    /** An operator deletes without naming a version: the store adds a delete marker. */
    @Test
    void hidesDeletedPictureAndKeepsItsVersion() throws Exception {
        ExamineeKey examinee = new ExamineeKey("G4", "E4");
        byte[] picture = Jpegs.picture(5);
        MobileSyncStatus first = upload(examinee, picture);
        delete(examinee);

        assertThat(captures.find(examinee, Deadline.in(LIMIT))).isNull();
        assertThat(captures.open(examinee, null)).isNull();
        try (var content =
                requireNonNull(captures.open(examinee, imageVersion(first))).content()) {
            assertThat(content.readAllBytes()).isEqualTo(picture);
        }

        MobileSyncStatus second = upload(examinee, picture);
        assertThat(imageVersion(second)).isNotEqualTo(imageVersion(first));
        assertThat(requireNonNull(captures.find(examinee, Deadline.in(LIMIT))).version())
                .isEqualTo(imageVersion(second));
        assertThat(versionsOf(examinee))
                .hasSize(3)
                .filteredOn(CaptureVersions.Version::isDeleteMarker)
                .hasSize(1);
    }

    @Test
    void sweepPublishesNewestVersionOfEachExaminee() throws Exception {
        ExamineeKey one = new ExamineeKey("G5", "E5");
        ExamineeKey other = new ExamineeKey("G6", "E5");
        put(one, 1);
        CaptureStore.Stored newest = put(one, 2);
        CaptureStore.Stored others = put(other, 3);
        MobileSyncStatus known = upload(new ExamineeKey("G5", "E6"), Jpegs.picture(6));
        StoredRecords.write(redis, StoredRecords.completed(known));

        assertThat(sweep()).as(output()).isZero();

        assertThat(output())
                .contains("G5/E5 (no record)", "G6/E5 (no record)", "4 captures inspected, 2 found")
                .doesNotContain("G5/E6");
        Map<String, String> published = new HashMap<>();
        for (int i = 0; i < 2; i++) {
            MobileSyncStatus status = nextStatus();
            published.put(status.planId(), imageVersion(status));
        }
        assertThat(published).isEqualTo(Map.of("G5", newest.version(), "G6", others.version()));
        assertThat(broker.receive(AmqpNames.STATUS_QUEUE)).isNull();
    }

    @Test
    void sweepSkipsDeletedPictures() throws Exception {
        ExamineeKey deleted = new ExamineeKey("G7", "E7");
        put(deleted, 1);
        put(deleted, 2);
        delete(deleted);
        // deleted and stored again
        ExamineeKey again = new ExamineeKey("G7", "E8");
        put(again, 3);
        delete(again);
        CaptureStore.Stored current = put(again, 4);

        assertThat(sweep()).as(output()).isZero();

        assertThat(output()).contains("1 found", "G7/E8 (no record)").doesNotContain("G7/E7");
        assertThat(imageVersion(nextStatus())).isEqualTo(current.version());
        assertThat(broker.receive(AmqpNames.STATUS_QUEUE)).isNull();
    }

    @Test
    void eraseRemovesVersionsAndDeleteMarkers() throws Exception {
        ExamineeKey erased = new ExamineeKey("G8", "E9");
        ExamineeKey kept = new ExamineeKey("G8", "E10");
        put(erased, 1);
        CaptureStore.Stored second = put(erased, 2);
        delete(erased);
        put(kept, 3);

        assertThat(erase("G8/E9")).as(output()).isZero();

        assertThat(versionsOf(erased)).isEmpty();
        assertThat(captures.open(erased, second.version())).isNull();
        assertThat(output()).contains("total: 3 erased", "capture: 2", "deletion mark: 1");
        assertThat(versionsOf(kept)).hasSize(1);

        assertThat(erase("G8")).as(output()).isZero();
        assertThat(versionsOf(kept)).isEmpty();
    }

    @Test
    void eraseKeepsVersionsOfOtherPlans() throws Exception {
        ExamineeKey erased = new ExamineeKey("G9", "E11");
        ExamineeKey other = new ExamineeKey("G10", "E11");
        CaptureStore.Stored gone = put(erased, 1);
        CaptureStore.Stored stays = put(other, 2);

        assertThat(erase("G9/E11")).as(output()).isZero();

        assertThat(captures.open(erased, gone.version())).isNull();
        assertThat(versionsOf(other)).extracting(CaptureVersions.Version::id).containsExactly(stays.version());
        assertThat(output()).contains("kept: ", "(of another plan)");
    }

    private MobileSyncStatus upload(ExamineeKey examinee, byte[] picture) throws Exception {
        HttpResponse<String> answer = api.upload(examinee, DEVICE, picture);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return nextStatus();
    }

    private MobileSyncStatus nextStatus() throws Exception {
        Message message = broker.receive(AmqpNames.STATUS_QUEUE, LIMIT.toMillis());
        return MessageCodec.decode(requireNonNull(message).getBody(), MobileSyncStatus.class);
    }

    /** Stores an image without publishing it, as a crash in between does. */
    private CaptureStore.Stored put(ExamineeKey examinee, int seed) throws Exception {
        byte[] picture = Jpegs.picture(64, 48, seed);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return captures.put(
                new CaptureMetadata(
                        examinee,
                        DEVICE,
                        now,
                        Digests.sha256(picture),
                        Digests.sha256(picture),
                        null,
                        new DeviceInfo("iPhone 12", "iOS 15.0")),
                picture,
                Deadline.in(LIMIT));
    }

    private void delete(ExamineeKey examinee) throws Exception {
        MinioClient.builder()
                .endpoint(requireNonNull(store.get("mobile-sync.store.endpoint")))
                .region("us-east-1")
                .credentials(
                        requireNonNull(store.get("mobile-sync.store.access-key")),
                        requireNonNull(store.get("mobile-sync.store.secret-key")))
                .build()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(store.get("mobile-sync.store.bucket"))
                        .object(versions.key(examinee))
                        .build());
    }

    private List<CaptureVersions.Version> versionsOf(ExamineeKey examinee) throws Exception {
        List<CaptureVersions.Version> found = new ArrayList<>();
        versions.list(versions.key(examinee), found::add);
        return found;
    }

    private static String imageUrl(MobileSyncStatus status) {
        return requireNonNull(status.captureInfo()).imageUrl();
    }

    private static String imageVersion(MobileSyncStatus status) {
        return requireNonNull(requireNonNull(status.captureInfo()).imageVersion());
    }

    private int sweep() {
        return SweepCommand.run(out(), with("--sweep"));
    }

    private int erase(String whom) {
        return EraseCommand.run(whom, out(), with("--erase=" + whom));
    }

    private String[] with(String command) {
        return Stream.concat(Stream.of(command), Arrays.stream(settings)).toArray(String[]::new);
    }

    private PrintStream out() {
        return new PrintStream(printed, true, StandardCharsets.UTF_8);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
