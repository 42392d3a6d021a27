package dev.mobilesync.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.DeviceInfo;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Digests;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.reconciliation.SweepOption;
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
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * A web-server with a real S3 server, with versions and delete markers. The bucket does not exist before.
 */
abstract class S3GatewayFixture {

    static final Duration LIMIT = Duration.ofSeconds(20);
    static final String DEVICE = "M001";
    final TestServers servers = TestServers.shared();
    final Map<String, String> store = S3Gateway.properties();
    final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String[] settings;
    ConfigurableApplicationContext context;
    ApiClient api;
    RabbitTemplate broker;
    StringRedisTemplate redis;
    CaptureStore captures;
    CaptureVersions versions;

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

    MobileSyncStatus upload(ExamineeKey examinee, byte[] picture) throws Exception {
        HttpResponse<String> response = api.upload(examinee, DEVICE, picture);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return nextMessage();
    }

    MobileSyncStatus nextMessage() throws Exception {
        Message message = broker.receive(AmqpNames.STATUS_QUEUE, LIMIT.toMillis());
        return MessageCodec.decode(requireNonNull(message).getBody(), MobileSyncStatus.class);
    }

    /** Stores an image without publishing it, as a crash in between does. */
    CaptureStore.Stored put(ExamineeKey examinee, int seed) throws Exception {
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
                TimeLimit.in(LIMIT));
    }

    void delete(ExamineeKey examinee) throws Exception {
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

    List<CaptureVersions.Version> versionsOf(ExamineeKey examinee) throws Exception {
        List<CaptureVersions.Version> found = new ArrayList<>();
        versions.list(versions.key(examinee), found::add);
        return found;
    }

    static String imageVersion(MobileSyncStatus status) {
        return requireNonNull(requireNonNull(status.captureInfo()).imageVersion());
    }

    int sweep() {
        return SweepOption.run(out(), with("--sweep"));
    }

    String[] with(String command) {
        return Stream.concat(Stream.of(command), Arrays.stream(settings)).toArray(String[]::new);
    }

    PrintStream out() {
        return new PrintStream(printed, true, StandardCharsets.UTF_8);
    }
}
