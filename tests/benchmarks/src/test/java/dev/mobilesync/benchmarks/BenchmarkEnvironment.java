package dev.mobilesync.benchmarks;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StoreProcess;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** One instance of each service in separate JVMs, with a separate virtual host, Redis database and S3 server. */
final class BenchmarkEnvironment implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String DEVICE = "M001";
    private static final List<String> LIMITS = List.of(
            "UPLOADS_PER_EXAMINEE",
            "REQUESTS_PER_CALLER",
            "ANONYMOUS_REQUESTS_PER_ADDRESS",
            "PAGES_PER_ADDRESS",
            "HANDSHAKES_PER_ADDRESS",
            "CONNECTIONS_PER_TOKEN");

    private final String suffix;
    private final Path directory;
    private final RealServers servers;
    private final StoreProcess store;
    private final Map<String, ChildProcess> services = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private final ApiClient api;

    /**
     * Starts the services and waits until they are ready. Limits per address and caller are off, because all requests come
     * from one address.
     *
     * @param suffix the suffix of its rows in the report
     * @param settings additional environment variables of the services
     */
    BenchmarkEnvironment(String suffix, Path directory, Map<String, String> settings) throws IOException {
        this.suffix = suffix;
        this.directory = Files.createDirectories(directory);
        servers = RealServers.open();
        store = StoreProcess.start(directory);
        store.awaitUp();
        Map<String, String> environment = TestServers.environment(properties());
        environment.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        LIMITS.forEach(limit -> environment.put("MOBILE_SYNC_LIMITS_" + limit, "0"));
        environment.putAll(settings);
        for (String service : List.of("web-server", "state-manager", "socket-server")) {
            start(service, environment);
        }
        api = ApiClient.ofOther(URI.create("http://127.0.0.1:" + port("web-server")));
        services.keySet().forEach(this::awaitReady);
    }

    private void start(String service, Map<String, String> environment) {
        Map<String, String> own = new HashMap<>(environment);
        ports.put(service, TestPorts.freePort());
        ports.put(service + " management", service.equals("state-manager") ? port(service) : TestPorts.freePort());
        own.put("SERVER_PORT", Integer.toString(port(service)));
        own.put("MANAGEMENT_SERVER_PORT", Integer.toString(port(service + " management")));
        Path jar = Repository.file(service + "/target/" + service + "-exec.jar");
        services.put(
                service,
                ChildProcess.start(
                        directory,
                        directory.resolve(service + ".out"),
                        own,
                        List.of(ChildProcess.java(), "-Xmx1g", "-jar", jar.toString())));
    }

    private int port(String name) {
        return ports.getOrDefault(name, 0);
    }

    private void awaitReady(String service) {
        Awaitility.await()
                .alias(service + " is ready, or see " + directory)
                .atMost(TIMEOUT)
                .ignoreExceptions()
                .until(() -> management(service, "health/readiness").statusCode() == 200);
    }

    private HttpResponse<String> management(String service, String path) {
        return ApiClient.ofOther(URI.create("http://127.0.0.1:" + port(service + " management")))
                .get("/actuator/" + path, "");
    }

    /** The suffix of its rows in the report. */
    String suffix() {
        return suffix;
    }

    /** The Spring properties of its backing services. */
    Map<String, String> properties() {
        return store.overriding(servers.properties());
    }

    /** Uploads a picture from the examinee's phone; fails unless the response is 201. */
    void upload(ExamineeKey examinee, byte[] picture) {
        ApiClient.json(api.upload(examinee, DEVICE, picture), 201);
    }

    /** Connects the examinee's browser and subscribes. */
    StompTestClient connectBrowser(ExamineeKey examinee) {
        StompTestClient browser = StompTestClient.connect(
                URI.create("ws://127.0.0.1:" + port("socket-server") + "/ws"),
                TestTokens.examinee(examinee.planId(), examinee.examineeId()));
        browser.subscribe(StompTopics.examinee(examinee));
        return browser;
    }

    /** The number of COMPLETED examinees of the plan. */
    long completed(String plan) {
        HttpResponse<String> records = api.get(ApiClient.recordsPath(plan), TestTokens.proctor("benchmark", plan));
        return ApiClient.json(records).path("counts").path("COMPLETED").asLong();
    }

    @Override
    public void close() {
        new ArrayList<>(services.values()).forEach(ChildProcess::close);
        store.close();
        servers.close();
    }
}
