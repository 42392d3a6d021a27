package dev.mobilesync.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.SharedResources;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.AmqpContract;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.catalina.core.StandardContext;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * A web-server in this JVM, on a free port. Test classes with equal properties share one, with empty queues, an empty
 * Redis database and an empty object store. It ends with the JVM, so no test closes it.
 */
public final class WebServerFixture implements AutoCloseable {

    /** Keep tests short while the broker or Redis hangs. */
    public static final Map<String, String> SHORT_SERVER_LIMITS =
            Map.of("mobile-sync.broker.confirm-timeout", "1s", "spring.data.redis.timeout", "1s");

    /** A stall of the machine must not fail an upload. */
    private static final Map<String, String> LONG_LIMITS = Map.of(
            "mobile-sync.upload-response-timeout", "30s",
            "mobile-sync.store.timeout", "30s",
            "mobile-sync.broker.confirm-timeout", "30s");

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Map<List<String>, WebServerFixture> RUNNING = new HashMap<>();

    private final WebServerBackends shared;
    private final List<String> arguments;
    private final TestClock clock = new TestClock();
    private final ConfigurableApplicationContext context;
    private final ApiClient api;
    private final ApiClient management;

    private WebServerFixture(WebServerBackends shared, List<String> arguments) {
        this.shared = shared;
        this.arguments = arguments;
        this.context = new SpringApplicationBuilder(WebServer.class)
                .properties("spring.config.name=" + WebServer.CONFIG_NAME)
                .registerShutdownHook(false)
                .initializers(application -> ((GenericApplicationContext) application)
                        .registerBean("testClock", Clock.class, () -> clock, bean -> bean.setPrimary(true)))
                .run(arguments.toArray(String[]::new));
        this.api = new ApiClient(address("local.server.port"));
        this.management = ApiClient.ofOther(address("local.management.port"));
        // Declares the queues, which otherwise happens with the first message.
        bean(AmqpAdmin.class).initialize();
    }

    private URI address(String portProperty) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getRequiredProperty(portProperty));
    }

    /**
     * Returns a shared server that connects directly to its servers.
     *
     * @param properties in addition to the addresses of the servers
     */
    public static WebServerFixture shared(Map<String, String> properties) {
        WebServerBackends shared = WebServerBackends.open();
        Map<String, String> all = new HashMap<>(LONG_LIMITS);
        all.putAll(properties);
        return get(shared, shared, all);
    }

    public static WebServerFixture shared() {
        return shared(Map.of());
    }

    /**
     * Returns a shared server without limits on wrong codes and anonymous requests, which handles two uploads at once.
     * Pages of {@code https://exam.example.com} may call it.
     */
    public static WebServerFixture withoutRateLimits() {
        return shared(Map.of(
                "mobile-sync.max-uploads", "2",
                "mobile-sync.upload-slot-timeout", "8s",
                "mobile-sync.allowed-origins", "https://exam.example.com",
                "mobile-sync.pairing.max-wrong-codes-per-address", "100000",
                "mobile-sync.pairing.max-wrong-codes", "100000",
                "mobile-sync.limits.anonymous-requests-per-address", "0"));
    }

    /** Returns a shared server that connects through {@link #proxies()}, which a test can break. */
    public static WebServerFixture behindProxies(Map<String, String> properties) {
        WebServerBackends shared = WebServerBackends.open();
        WebServerFixture server = get(shared, shared.proxied(), withoutUploadLimit(properties));
        server.awaitReadiness(200);
        return server;
    }

    /** Starts a server that is not shared. Leaves the proxies in their current state. */
    static WebServerFixture startBehindProxies() {
        WebServerBackends shared = WebServerBackends.get();
        return new WebServerFixture(shared, arguments(shared.proxied().properties(), withoutUploadLimit(Map.of())));
    }

    /** Disables the upload limit, because tests repeat uploads until the servers are available. */
    private static Map<String, String> withoutUploadLimit(Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("mobile-sync.limits.uploads-per-examinee", "0");
        return all;
    }

    @Override
    public void close() {
        context.close();
    }

    private static synchronized WebServerFixture get(
            WebServerBackends shared, TestServers servers, Map<String, String> properties) {
        // A command in this JVM may have disabled the logger.
        LoggingSystem.get(WebServerFixture.class.getClassLoader())
                .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
        WebServerFixture server = RUNNING.computeIfAbsent(
                arguments(servers.properties(), properties), arguments -> start(shared, arguments));
        server.clock.reset();
        return server;
    }

    private static WebServerFixture start(WebServerBackends shared, List<String> arguments) {
        WebServerFixture server = new WebServerFixture(shared, arguments);
        SharedResources.closeAtEnd(server);
        return server;
    }

    private static List<String> arguments(Map<String, String> servers, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(servers);
        all.put("server.port", "0");
        all.put("management.server.port", "0");
        all.put("mobile-sync.jwt.secret", TestTokens.SECRET);
        // A sweep would publish the captures of tests.
        all.put("mobile-sync.sweep-interval", "0");
        all.putAll(properties);
        return all.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .sorted()
                .toList();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** The properties, for a command that uses the same servers. */
    public List<String> arguments() {
        return arguments;
    }

    public ApiClient api() {
        return api;
    }

    /** A client of the port for health and metrics. */
    ApiClient management() {
        return management;
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Asynchronous requests that the container takes for active: it waits for them when it stops. */
    public long requestsInProgress() {
        var container = (TomcatWebServer) requireNonNull(((WebServerApplicationContext) context).getWebServer());
        return Arrays.stream(container.getTomcat().getHost().findChildren())
                .mapToLong(child -> ((StandardContext) child).getInProgressAsyncCount())
                .sum();
    }

    /** Resets the proxies, and waits until all pending failures are published. */
    public void restore() {
        proxies().broker().reset();
        proxies().redis().reset();
        proxies().store().reset();
        awaitFailuresPublished();
    }

    /** Waits for a new failure, which is published after all earlier ones. */
    private void awaitFailuresPublished() {
        ExamineeKey last = new ExamineeKey("LAST", "E" + UUID.randomUUID());
        assertProblem(api.upload(last, "M001", new byte[1]), ErrorCode.CAPTURE_NOT_AN_IMAGE, 415);
        nextMessage(status -> status.examinee().equals(last));
    }

    /** The proxies of this server. */
    public ProxiedServers proxies() {
        return shared.proxied();
    }

    public TestClock clock() {
        return clock;
    }

    /** Waits until the readiness probe returns an HTTP status. */
    public void awaitReadiness(int status) {
        poll().untilAsserted(() -> assertThat(readiness()).returns(status, HttpResponse::statusCode));
    }

    private HttpResponse<String> readiness() {
        return management.get("/actuator/health/readiness", "");
    }

    /** Asserts that the response is a problem with this code. */
    public static void assertProblem(HttpResponse<String> answer, ErrorCode code, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = ApiClient.json(answer);
        assertThat(problem.path("code").asString()).isEqualTo(code.name());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("retryable").asBoolean()).isEqualTo(code.isRetryable());
        assertThat(problem.path("title").asString()).isNotBlank();
    }

    /** Awaitility with an immediate first check and short intervals. */
    public static ConditionFactory poll() {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(TIMEOUT);
    }

    /** Waits for the next message in {@code status_queue}. */
    public PublishedMessage nextMessage() {
        return poll().until(this::pollMessages, list -> !list.isEmpty()).get(0);
    }

    /** Drops messages until one matches. */
    public PublishedMessage nextMessage(Predicate<MobileSyncStatus> expected) {
        return poll().until(
                        this::pollMessages,
                        list -> !list.isEmpty() && expected.test(list.get(0).statusMessage()))
                .get(0);
    }

    /** Returns the next message, if there is one now. It must be as {@code asyncapi.yaml} documents it. */
    public List<PublishedMessage> pollMessages() {
        return onChannel(channel -> {
            GetResponse message = channel.basicGet(AmqpNames.STATUS_QUEUE, true);
            if (message == null) {
                return List.<PublishedMessage>of();
            }
            AmqpContract.checkEvent(message.getProps(), message.getBody());
            return List.of(new PublishedMessage(message.getProps(), message.getBody()));
        });
    }

    public void purgeStatusQueue() {
        onChannel(channel -> channel.queuePurge(AmqpNames.STATUS_QUEUE));
    }

    <T> T onChannel(ChannelCall<T> call) {
        try (Channel channel = shared.broker().createChannel()) {
            return call.on(channel);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    interface ChannelCall<T> {

        T on(Channel channel) throws Exception;
    }
}
