package dev.mobilesync.benchmarks;

import dev.mobilesync.benchmarks.report.BenchmarkReport;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.StoreProcess;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The services that uploads pass through, in separate JVMs with their default limits, and an exclusive virtual host, Redis
 * database and bucket. The store is the embedded one in a separate process, or with {@code -Dbenchmarks.store=gateway} that
 * of {@link S3Gateway}.
 */
final class UploadServices implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final boolean USE_GATEWAY =
            System.getProperty("benchmarks.store", "embedded").equals("gateway");

    private final Path directory;
    private final RealServers servers = RealServers.open();
    private final @Nullable StoreProcess embeddedStore;
    private final Map<String, String> properties;
    private final List<ChildProcess> processes = new ArrayList<>();

    UploadServices(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        if (USE_GATEWAY) {
            embeddedStore = null;
            properties = new HashMap<>(servers.properties());
            properties.putAll(S3Gateway.properties());
        } else {
            embeddedStore = StoreProcess.start(directory);
            embeddedStore.awaitUp();
            properties = embeddedStore.overriding(servers.properties());
        }
    }

    /** The report of a benchmark. That of the gateway has its own directory. */
    static BenchmarkReport report(Class<?> benchmark) {
        return USE_GATEWAY
                ? new BenchmarkReport(
                        benchmark, BenchmarkReport.DIRECTORY.resolve("gateway"), " -Dbenchmarks.store=gateway")
                : new BenchmarkReport(benchmark);
    }

    /** The store's name in reports. */
    String store() {
        return embeddedStore == null ? "Ceph gateway" : "embedded store";
    }

    /** The Spring properties of the backing services. */
    Map<String, String> properties() {
        return properties;
    }

    /**
     * Starts a service and waits until it is ready.
     *
     * @param jar below the repository, or an absolute path
     * @return its port
     */
    int start(String service, String jar) {
        int port = TestPorts.freePort();
        int managementPort = service.equals("state-manager") ? port : TestPorts.freePort();
        Map<String, String> environment = TestServers.environment(properties);
        environment.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(managementPort));
        List<String> command = new ArrayList<>(List.of(ChildProcess.java(), "-Xmx1g"));
        String options = System.getProperty("benchmarks.java-options", "");
        if (!options.isEmpty()) {
            command.addAll(List.of(options.replace("%s", service).split(" ")));
        }
        command.addAll(List.of("-jar", Repository.file(jar).toString()));
        processes.add(ChildProcess.start(directory, directory.resolve(service + ".out"), environment, command));
        ApiClient management = ApiClient.ofOther(URI.create("http://127.0.0.1:" + managementPort));
        Awaitility.await()
                .alias(service + " is ready, or see " + directory)
                .atMost(TIMEOUT)
                .ignoreExceptions()
                .until(() -> management.get("/actuator/health/readiness", "").statusCode() == 200);
        return port;
    }

    @Override
    public void close() {
        processes.forEach(ChildProcess::close);
        if (embeddedStore != null) {
            embeddedStore.close();
        }
        servers.close();
    }
}
