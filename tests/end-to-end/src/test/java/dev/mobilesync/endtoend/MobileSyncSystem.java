package dev.mobilesync.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.service.lifecycle.ConcurrentStartup;
import dev.mobilesync.socket.SocketServer;
import dev.mobilesync.state.StateManager;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.SharedResources;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The three unmodified services in this JVM. Tests can break the proxies between services and servers. */
final class MobileSyncSystem implements AutoCloseable {

    /** The maximum time until readiness reflects a server's state. */
    private static final Duration READINESS_TIMEOUT = Duration.ofSeconds(60);

    private static @Nullable MobileSyncSystem shared;

    private final ProxiedServers servers;
    private final Map<String, String> properties;
    private final Map<Service, ConfigurableApplicationContext> contexts = new EnumMap<>(Service.class);
    private final Set<Service> reconfigured = EnumSet.noneOf(Service.class);

    enum Service {
        WEB_SERVER(WebServer.class, WebServer.CONFIG_NAME, "local.management.port"),
        STATE_MANAGER(StateManager.class, StateManager.CONFIG_NAME, "local.server.port"),
        SOCKET_SERVER(SocketServer.class, SocketServer.CONFIG_NAME, "local.management.port");

        private final Class<?> application;
        private final String configName;
        private final String managementPort;

        Service(Class<?> application, String configName, String managementPort) {
            this.application = application;
            this.configName = configName;
            this.managementPort = managementPort;
        }
    }

    private MobileSyncSystem(ProxiedServers servers, Map<String, String> properties) {
        this.servers = servers;
        this.properties = properties;
        Map<Service, CompletableFuture<ConfigurableApplicationContext>> starting = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            starting.put(service, CompletableFuture.supplyAsync(() -> run(service, properties)));
        }
        starting.forEach((service, context) -> contexts.put(service, context.join()));
    }

    /**
     * The system that all test classes of this JVM share, on {@link TestServers#shared()} and with {@link TestProperties}. Each call
     * clears its state, reverts changes of earlier tests and waits until all services are ready.
     */
    static synchronized MobileSyncSystem shared() {
        TestServers servers = TestServers.shared();
        MobileSyncSystem system = shared;
        if (system == null) {
            system = start(servers, TestProperties.PROPERTIES);
            SharedResources.closeAtEnd(system);
            shared = system;
        }
        system.reset();
        return system;
    }

    /** A separate system. It closes the servers when it closes. */
    static MobileSyncSystem start(TestServers behind, Map<String, String> overriding) {
        ProxiedServers servers = new ProxiedServers(behind);
        Map<String, String> properties = new HashMap<>(servers.properties());
        properties.put("mobile-sync.jwt.secret", TestTokens.SECRET);
        properties.put("server.port", "0");
        properties.putAll(overriding);
        return new MobileSyncSystem(servers, properties);
    }

    private static ConfigurableApplicationContext run(Service service, Map<String, String> shared) {
        Map<String, String> properties = new HashMap<>(shared);
        properties.put("spring.config.name", service.configName);
        if (service != Service.STATE_MANAGER) {
            properties.put("management.server.port", "0");
        }
        String[] arguments = properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
        return ConcurrentStartup.run(
                new SpringApplicationBuilder(service.application).registerShutdownHook(false), arguments);
    }

    private void reset() {
        reconfigured.forEach(service -> restart(service, properties));
        reconfigured.clear();
        servers.reset();
        startConsumers();
        awaitReadiness(200, Service.values());
    }

    /** Restarts one service with other properties, until the next call of {@link #shared()}. */
    void reconfigure(Service service, Map<String, String> overriding) {
        Map<String, String> changed = new HashMap<>(properties);
        changed.putAll(overriding);
        reconfigured.add(service);
        restart(service, changed);
        awaitReadiness(200, service);
    }

    private void restart(Service service, Map<String, String> with) {
        context(service).close();
        contexts.put(service, run(service, with));
    }

    private ConfigurableApplicationContext context(Service service) {
        return requireNonNull(contexts.get(service));
    }

    ProxiedServers servers() {
        return servers;
    }

    /** A bean of web-server, for access to the backing services. */
    <T> T bean(Class<T> type) {
        return context(Service.WEB_SERVER).getBean(type);
    }

    boolean hasBean(Service service, String name) {
        return context(service).containsBean(name);
    }

    private SimpleMessageListenerContainer listener() {
        return context(Service.STATE_MANAGER).getBean(SimpleMessageListenerContainer.class);
    }

    /** Stops the consumers of {@code status_queue}, so that a test can read each message. */
    void stopConsumers() {
        listener().stop();
    }

    /** Restarts the consumers. */
    void startConsumers() {
        listener().start();
    }

    URI web() {
        return URI.create("http://127.0.0.1:" + port(Service.WEB_SERVER, "local.server.port"));
    }

    URI socket() {
        return URI.create("ws://127.0.0.1:" + port(Service.SOCKET_SERVER, "local.server.port") + "/ws");
    }

    URI socketHttp() {
        return URI.create("http://127.0.0.1:" + socket().getPort());
    }

    URI management(Service service) {
        return URI.create("http://127.0.0.1:" + port(service, service.managementPort));
    }

    private int port(Service service, String property) {
        return context(service).getEnvironment().getRequiredProperty(property, Integer.class);
    }

    void awaitReadiness(int status, Service... services) {
        for (Service service : services) {
            await().atMost(READINESS_TIMEOUT).pollDelay(Duration.ZERO).untilAsserted(() -> assertThat(
                            readiness(service).statusCode())
                    .as("%s", service)
                    .isEqualTo(status));
        }
    }

    /** Waits until readiness reports this component as down. */
    void awaitDown(Service service, String part) {
        await().atMost(READINESS_TIMEOUT).untilAsserted(() -> assertThat(ApiClient.json(readiness(service))
                        .at("/components/" + part + "/status")
                        .asString())
                .isEqualTo("DOWN"));
    }

    HttpResponse<String> readiness(Service service) {
        return ApiClient.ofOther(management(service)).get("/actuator/health/readiness", "");
    }

    /** REST calls to web-server. */
    ApiClient api() {
        return new ApiClient(web());
    }

    /** A connected and subscribed client of the examinee. */
    StompTestClient examinee(ExamineeKey examinee) {
        StompTestClient browser =
                StompTestClient.connect(socket(), TestTokens.examinee(examinee.planId(), examinee.examineeId()));
        browser.subscribe(StompTopics.examinee(examinee));
        return browser;
    }

    /** A connected and subscribed client of a proctor. */
    StompTestClient proctor(String planId) {
        StompTestClient browser = StompTestClient.connect(socket(), TestTokens.proctor("proctor-1", planId));
        browser.subscribe(StompTopics.plan(planId));
        return browser;
    }

    /** Enters the step, as the examinee's page does. */
    static void enterStep(StompTestClient browser, ExamineeKey examinee) {
        browser.send(
                "/app/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait", "");
    }

    @Override
    public void close() {
        contexts.values().forEach(ConfigurableApplicationContext::close);
        servers.close();
    }
}
