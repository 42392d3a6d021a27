package dev.mobilesync.endtoend;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Topology;
import dev.mobilesync.service.LoggingTurn;
import dev.mobilesync.socket.SocketServer;
import dev.mobilesync.state.StateManager;
import dev.mobilesync.testsupport.Http;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.web.WebServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The three services, started in this JVM as they are, in front of servers whose lines can be broken. */
final class MobileSyncSystem implements AutoCloseable {

    private final ProxiedServers servers;
    private final List<ConfigurableApplicationContext> services;

    private MobileSyncSystem(ProxiedServers servers, List<ConfigurableApplicationContext> services) {
        this.servers = servers;
        this.services = services;
    }

    static MobileSyncSystem start(TestServers behind, Map<String, String> settings) {
        ProxiedServers servers = new ProxiedServers(behind);
        Map<String, String> properties = new HashMap<>(servers.properties());
        properties.put("mobile-sync.jwt.secret", TestTokens.SECRET);
        properties.put("server.port", "0");
        properties.putAll(settings);
        List<ConfigurableApplicationContext> services = List.of(
                        run(WebServer.class, WebServer.CONFIG_NAME, properties),
                        run(StateManager.class, StateManager.CONFIG_NAME, properties),
                        run(SocketServer.class, SocketServer.CONFIG_NAME, properties))
                .stream()
                .map(CompletableFuture::join)
                .toList();
        return new MobileSyncSystem(servers, services);
    }

    /** The same on servers that others use, too: they are not closed together with it. */
    static MobileSyncSystem startOn(TestServers shared, Map<String, String> settings) {
        return start(
                new TestServers() {
                    @Override
                    public Map<String, String> properties() {
                        return shared.properties();
                    }

                    @Override
                    public void reset() {
                        shared.reset();
                    }

                    @Override
                    public void close() {}
                },
                settings);
    }

    private static CompletableFuture<ConfigurableApplicationContext> run(
            Class<?> service, String configName, Map<String, String> shared) {
        Map<String, String> properties = new HashMap<>(shared);
        properties.put("spring.config.name", configName);
        if (service != StateManager.class) {
            properties.put("management.server.port", "0");
        }
        String[] arguments = properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new);
        return CompletableFuture.supplyAsync(
                () -> LoggingTurn.run(new SpringApplicationBuilder(service).registerShutdownHook(false), arguments));
    }

    ProxiedServers servers() {
        return servers;
    }

    /** A part of web-server, through which a test looks at the servers. */
    <T> T bean(Class<T> type) {
        return services.get(0).getBean(type);
    }

    /** Lets messages pile up in {@code status_queue}, where a test can see each. */
    void holdMessages() {
        services.get(1).getBean(SimpleMessageListenerContainer.class).stop();
    }

    /** Lets state-manager have them again. */
    void passMessages() {
        services.get(1).getBean(SimpleMessageListenerContainer.class).start();
    }

    URI web() {
        return URI.create("http://127.0.0.1:" + port(0, "local.server.port"));
    }

    URI socket() {
        return URI.create("ws://127.0.0.1:" + port(2, "local.server.port") + "/ws");
    }

    URI socketHttp() {
        return URI.create("http://127.0.0.1:" + socket().getPort());
    }

    URI webManagement() {
        return URI.create("http://127.0.0.1:" + port(0, "local.management.port"));
    }

    URI stateManagement() {
        return URI.create("http://127.0.0.1:" + port(1, "local.server.port"));
    }

    URI socketManagement() {
        return URI.create("http://127.0.0.1:" + port(2, "local.management.port"));
    }

    private int port(int service, String property) {
        return services.get(service).getEnvironment().getRequiredProperty(property, Integer.class);
    }

    Phone phone(ExamineeKey examinee, String device) {
        return new Phone(web(), examinee, device);
    }

    /** The examinee's browser: connected and subscribed. */
    StompTestClient examinee(ExamineeKey examinee) {
        StompTestClient browser =
                StompTestClient.connect(socket(), TestTokens.examinee(examinee.planId(), examinee.examineeId()));
        browser.subscribe(Topology.examineeTopic(examinee));
        return browser;
    }

    /** A proctor's browser: connected and subscribed. */
    StompTestClient proctor(String planId) {
        StompTestClient browser = StompTestClient.connect(socket(), TestTokens.proctor("proctor-1", planId));
        browser.subscribe(Topology.planTopic(planId));
        return browser;
    }

    /** What the examinee's page does when the step is entered. */
    static void enterStep(StompTestClient browser, ExamineeKey examinee) {
        browser.send(
                "/app/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync/wait", "");
    }

    HttpResponse<byte[]> get(URI uri, String token) {
        return Http.send(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token));
    }

    HttpResponse<byte[]> get(URI uri) {
        return Http.send(HttpRequest.newBuilder(uri));
    }

    @Override
    public void close() {
        services.forEach(ConfigurableApplicationContext::close);
        servers.close();
    }
}
