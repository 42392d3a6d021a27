package dev.mobilesync.admin;

import static java.util.Objects.requireNonNull;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.publishing.TopologyConfiguration;
import dev.mobilesync.state.WebhookProperties;
import dev.mobilesync.state.webhook.WebhookQueues;
import dev.mobilesync.testsupport.BrokerQueues;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.RedisUris;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestStore;
import dev.mobilesync.testsupport.WebhookReceiver;
import dev.mobilesync.web.common.KeyTemplate;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.store.CaptureMetadata;
import dev.mobilesync.web.store.CaptureStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The broker and the Redis of {@link TestServers#shared()} and an empty embedded store, with what services put there. */
public final class AdminServers implements AutoCloseable {

    /** The settings of an endpoint. */
    public static final Map<String, String> WEBHOOK = Map.of(
            "mobile-sync.webhook.url",
            "https://platform.example.com/hooks",
            "mobile-sync.webhook.secret",
            WebhookReceiver.SECRET);

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final TestStore store = TestStore.embedded();
    private final Map<String, String> settings;
    private final LettuceConnectionFactory redisConnections;
    private final StringRedisTemplate redis;
    private final Connection connection;
    private final Channel channel;

    private AdminServers() throws Exception {
        settings = new HashMap<>(TestServers.shared().properties());
        settings.putAll(store.properties());
        declareQueues(settings);
        TestServers.shared().reset();
        redisConnections =
                new LettuceConnectionFactory(LettuceConnectionFactory.createRedisConfiguration(RedisUris.of(settings)));
        redisConnections.start();
        redis = new StringRedisTemplate(redisConnections);
        redis.afterPropertiesSet();
        connection = BrokerQueues.connect(settings);
        channel = connection.createChannel();
    }

    /**
     * Declares the queues and the exchange, as services do.
     *
     * @param settings {@code spring.rabbitmq.*}, as of {@link TestServers#properties}
     */
    public static void declareQueues(Map<String, String> settings) {
        declare(settings, TopologyConfiguration.topology());
    }

    /** Declares the queues of {@link #WEBHOOK}, as a state-manager with this endpoint does. */
    public static void declareWebhookQueues(Map<String, String> settings) {
        WebhookProperties properties = new Binder(new MapConfigurationPropertySource(WEBHOOK))
                .bindOrCreate("mobile-sync.webhook", WebhookProperties.class);
        declare(settings, WebhookQueues.topology(properties));
    }

    private static void declare(Map<String, String> settings, Declarables declarables) {
        CachingConnectionFactory connections = new CachingConnectionFactory(
                requireNonNull(settings.get("spring.rabbitmq.host")),
                Integer.parseInt(requireNonNull(settings.get("spring.rabbitmq.port"))));
        connections.setVirtualHost(settings.getOrDefault("spring.rabbitmq.virtual-host", "/"));
        try {
            RabbitAdmin admin = new RabbitAdmin(connections);
            for (Declarable declarable : declarables.getDeclarables()) {
                if (declarable instanceof Queue queue) {
                    admin.declareQueue(queue);
                } else if (declarable instanceof Exchange exchange) {
                    admin.declareExchange(exchange);
                }
            }
        } finally {
            connections.destroy();
        }
    }

    public static AdminServers open() throws Exception {
        return new AdminServers();
    }

    /** The settings that connect to these servers. */
    public Map<String, String> settings() {
        return settings;
    }

    /** These settings with others. */
    public Map<String, String> settingsWith(String key, Object value) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put(key, value.toString());
        return changed;
    }

    public StringRedisTemplate redis() {
        return redis;
    }

    public Channel channel() {
        return channel;
    }

    /** Stores a picture as web-server does, without a record. */
    public void putPicture(ExamineeKey examinee, Instant takenAt) throws Exception {
        WebServerProperties.Store properties = storeProperties(settings);
        try (CaptureStore captures = new CaptureStore(properties, 1, new SimpleMeterRegistry())) {
            captures.put(
                    new CaptureMetadata(examinee, "M001", takenAt, "00", null, null, null),
                    Jpegs.picture(64, 48, 1),
                    TimeLimit.in(TIMEOUT));
        }
    }

    /** The object store of {@code mobile-sync.store.*}. */
    public static WebServerProperties.Store storeProperties(Map<String, String> settings) {
        return new WebServerProperties.Store(
                URI.create(requireNonNull(settings.get("mobile-sync.store.endpoint"))),
                requireNonNull(settings.get("mobile-sync.store.access-key")),
                requireNonNull(settings.get("mobile-sync.store.secret-key")),
                "us-east-1",
                requireNonNull(settings.get("mobile-sync.store.bucket")),
                new KeyTemplate("{examineeId}/sync_cap.jpg"),
                TIMEOUT,
                TIMEOUT);
    }

    /** Adds a dead letter of {@code status_queue}. */
    public void deadLetter(String id, byte[] body) throws Exception {
        deadLetter(channel, AmqpNames.DEAD_LETTER_QUEUE, id, body);
    }

    /** Adds one to this queue of dead letters. */
    public static void deadLetter(Channel channel, String queue, @Nullable String id, byte[] body) throws IOException {
        channel.basicPublish(
                "",
                queue,
                new AMQP.BasicProperties.Builder()
                        .messageId(id)
                        .type("mobile_sync_status")
                        .deliveryMode(2)
                        .headers(
                                Map.of(AmqpNames.DEAD_LETTER_REASON, "a reason", AmqpNames.SENT_AT, 1_700_000_000_000L))
                        .build(),
                body);
    }

    @Override
    public void close() throws IOException {
        connection.close();
        redisConnections.destroy();
        store.close();
    }
}
