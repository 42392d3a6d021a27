package dev.mobilesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.embedded.EmbeddedStore;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.InvalidMessageException;
import dev.mobilesync.messages.MessageCodec;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/** This service on a port of its own, with a broker, Redis and an object store, and a phone to call it with. */
public final class RunningWebServer implements AutoCloseable {

    public static final String ACCESS_KEY = "tests";
    public static final String SECRET_KEY = "tests-secret";
    public static final String BUCKET = "captures";

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final RealServers servers;
    private final EmbeddedStore store;
    private final NetworkProxy brokerLine;
    private final NetworkProxy redisLine;
    private final NetworkProxy storeLine;
    private final CachingConnectionFactory broker;
    private final ConfigurableApplicationContext context;
    private final List<String> arguments = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningWebServer(Path storeDir, Map<String, String> overrides, Clock clock) {
        servers = RealServers.open();
        store = EmbeddedStore.start(storeDir, 0, ACCESS_KEY, SECRET_KEY, BUCKET);
        Map<String, String> addresses = servers.properties();
        brokerLine = line(addresses, "spring.rabbitmq");
        redisLine = line(addresses, "spring.data.redis");
        storeLine =
                new NetworkProxy(store.endpoint().getHost(), store.endpoint().getPort());
        broker = new CachingConnectionFactory(
                address(addresses, "spring.rabbitmq.host"),
                Integer.parseInt(address(addresses, "spring.rabbitmq.port")));
        broker.setVirtualHost(address(addresses, "spring.rabbitmq.virtual-host"));
        context = run(addresses, overrides, clock);
    }

    private static String address(Map<String, String> addresses, String key) {
        return Objects.requireNonNull(addresses.get(key), key);
    }

    private static NetworkProxy line(Map<String, String> addresses, String prefix) {
        return new NetworkProxy(
                address(addresses, prefix + ".host"), Integer.parseInt(address(addresses, prefix + ".port")));
    }

    /**
     * @param storeDir where the object store keeps its files
     * @param overrides settings beyond those that point at the servers
     */
    public static RunningWebServer start(Path storeDir, Map<String, String> overrides, Clock clock) {
        return new RunningWebServer(storeDir, overrides, clock);
    }

    public static RunningWebServer start(Path storeDir, Map<String, String> overrides) {
        return start(storeDir, overrides, Clock.systemUTC());
    }

    private ConfigurableApplicationContext run(
            Map<String, String> addresses, Map<String, String> overrides, Clock clock) {
        Map<String, Object> settings = new HashMap<>(addresses);
        settings.put("spring.rabbitmq.port", brokerLine.port());
        settings.put("spring.rabbitmq.host", "127.0.0.1");
        settings.put("spring.data.redis.port", redisLine.port());
        settings.put("spring.data.redis.host", "127.0.0.1");
        settings.put("server.port", "0");
        settings.put("management.server.port", "0");
        settings.put("mobile-sync.jwt.secret", TestTokens.SECRET);
        settings.put("mobile-sync.store.endpoint", "http://127.0.0.1:" + storeLine.port());
        settings.put("mobile-sync.store.access-key", ACCESS_KEY);
        settings.put("mobile-sync.store.secret-key", SECRET_KEY);
        settings.putAll(overrides);
        settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        return new SpringApplicationBuilder(WebServer.class)
                .properties("spring.config.name=" + WebServer.CONFIG_NAME)
                .initializers(application -> ((GenericApplicationContext) application)
                        .registerBean("testClock", Clock.class, () -> clock, bean -> bean.setPrimary(true)))
                .run(arguments.toArray(String[]::new));
    }

    public static RunningWebServer start(Path storeDir) {
        return start(storeDir, Map.of());
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public RealServers servers() {
        return servers;
    }

    /** What it was started with: good for a command that reaches the same servers. */
    public List<String> arguments() {
        return arguments;
    }

    public int port() {
        return Integer.parseInt(property("local.server.port"));
    }

    int managementPort() {
        return Integer.parseInt(property("local.management.port"));
    }

    private String property(String name) {
        return String.valueOf(context.getEnvironment().getProperty(name));
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public NetworkProxy broker() {
        return brokerLine;
    }

    public NetworkProxy redis() {
        return redisLine;
    }

    public NetworkProxy store() {
        return storeLine;
    }

    public static String capturesPath(String plan, String examinee) {
        return "/api/v1/plans/" + plan + "/examinees/" + examinee + "/mobile-captures";
    }

    public HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    public HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    public HttpResponse<byte[]> sendForBytes(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    public HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        return send(request(path, token).build());
    }

    /** Uploads as the phone {@code device} of that examinee. */
    public HttpResponse<String> upload(String plan, String examinee, String device, byte[] image, String... headers)
            throws IOException, InterruptedException {
        return upload(
                capturesPath(plan, examinee),
                TestTokens.device(plan, examinee, device),
                MultipartBody.upload(device, image),
                headers);
    }

    public HttpResponse<String> upload(String path, String token, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path, token)
                .header("Content-Type", MultipartBody.CONTENT_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** The answer is a problem of this code. */
    public static void assertProblem(HttpResponse<String> answer, ErrorCode code, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = MessageCodec.mapper().readTree(answer.body());
        assertThat(problem.path("code").asString()).isEqualTo(code.name());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("retryable").asBoolean()).isEqualTo(code.retryable());
        assertThat(problem.path("title").asString()).isNotBlank();
    }

    /** What went to {@code status_queue}: the next message, which must come. */
    public Delivered nextStatus() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(this::pollStatus, list -> !list.isEmpty())
                .get(0);
    }

    /** Drops messages until one fits. */
    public Delivered nextStatus(Predicate<MobileSyncStatus> wanted) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        this::pollStatus,
                        list -> !list.isEmpty() && wanted.test(list.get(0).status()))
                .get(0);
    }

    /** The next message, if there is one now. */
    public List<Delivered> pollStatus() {
        return onChannel(channel -> {
            GetResponse message = channel.basicGet(Topology.STATUS_QUEUE, true);
            return message == null
                    ? List.<Delivered>of()
                    : List.of(new Delivered(message.getProps(), message.getBody()));
        });
    }

    public void purgeStatusQueue() {
        onChannel(channel -> channel.queuePurge(Topology.STATUS_QUEUE));
    }

    <T> T onChannel(ChannelCall<T> call) {
        T result = new RabbitTemplate(broker).execute(call::on);
        if (result == null) {
            throw new IllegalStateException("no result");
        }
        return result;
    }

    @FunctionalInterface
    interface ChannelCall<T> {

        T on(Channel channel) throws Exception;
    }

    public record Delivered(AMQP.BasicProperties properties, byte[] body) {

        public MobileSyncStatus status() {
            try {
                return MessageCodec.decode(body, MobileSyncStatus.class);
            } catch (InvalidMessageException e) {
                throw new AssertionError(e);
            }
        }

        public String json() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        brokerLine.reset();
        redisLine.reset();
        storeLine.reset();
        context.close();
        broker.destroy();
        brokerLine.close();
        redisLine.close();
        storeLine.close();
        store.close();
        servers.close();
    }
}
