package dev.mobilesync.reliability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ServiceJar;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One instance of one service in its own JVM, with separate proxies to the backing services. */
final class ServiceInstance implements AutoCloseable {

    /** The service. */
    enum Kind {
        WEB("web-server", "192m"),
        STATE("state-manager", "128m"),
        SOCKET("socket-server", "256m");

        private final String module;
        private final String heap;

        Kind(String module, String heap) {
            this.module = module;
            this.heap = heap;
        }
    }

    private record CommandResult(int exitCode, String output) {}

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int BUSY = 3;
    private static final String STACK = "-Xss512k";

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();

    private final Kind kind;
    private final String name;
    private final Path directory;
    private final int port = TestPorts.freePort();
    private final int managementPort;
    private final Map<String, String> environment = new HashMap<>();
    private final List<NetworkProxy> broker;
    private final @Nullable NetworkProxy redis;
    private final NetworkProxy store;
    private Release release = Release.current();
    private @Nullable ChildProcess process;

    /**
     * @param redisPort 0 for a Redis Cluster, whose nodes announce their addresses and are named in {@code settings}
     * @param settings environment variables in addition to the common ones
     */
    ServiceInstance(
            Kind kind,
            int number,
            Path directory,
            List<Integer> brokerPorts,
            int redisPort,
            int storePort,
            Map<String, String> settings) {
        this.kind = kind;
        this.name = kind.module + "-" + number;
        this.directory = directory;
        this.managementPort = kind == Kind.STATE ? port : TestPorts.freePort();
        broker = brokerPorts.stream()
                .map(brokerPort -> new NetworkProxy("127.0.0.1", brokerPort))
                .toList();
        redis = redisPort == 0 ? null : new NetworkProxy("127.0.0.1", redisPort);
        store = new NetworkProxy("127.0.0.1", storePort);
        environment.putAll(ServiceEnvironment.common(port, managementPort, broker, redis));
        if (kind == Kind.WEB) {
            environment.putAll(ServiceEnvironment.store(store));
        } else if (kind == Kind.SOCKET) {
            environment.put("MOBILE_SYNC_SOCKET_QUEUE", "broadcast_queue." + number);
        }
        environment.putAll(settings);
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    /** The public port. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    URI socketUri() {
        return URI.create("ws://127.0.0.1:" + port + "/ws");
    }

    /** The port of health and metrics. */
    URI management(String path) {
        return URI.create("http://127.0.0.1:" + managementPort + "/actuator/" + path);
    }

    /** The proxy to the only broker node. */
    NetworkProxy broker() {
        return broker.get(0);
    }

    NetworkProxy broker(int node) {
        return broker.get(node);
    }

    /** The proxy to a single Redis. */
    NetworkProxy redis() {
        return requireNonNull(redis, "Redis is a cluster");
    }

    NetworkProxy store() {
        return store;
    }

    Release release() {
        return release;
    }

    /** Uses this release from the next start on. */
    void changeTo(Release other) {
        release = other;
    }

    /** Starts the instance without waiting; see {@link #awaitReady}. */
    void start() {
        start(Map.of());
    }

    /**
     * Starts the instance with other environment variables until its next start.
     *
     * @param more additional variables
     */
    void start(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(release.settings());
        all.putAll(more);
        process = ChildProcess.start(directory, directory.resolve(name + ".out"), all, java());
    }

    /** Starts the instance with a main class of the suite until its next start. */
    void start(Class<?> main, String option) {
        process = ChildProcess.start(
                directory, directory.resolve(name + ".out"), environment, jar().command(main, heap(), STACK, option));
    }

    /** Prepares the jar once per build; otherwise {@link #start} does so. */
    void prepare() {
        java();
    }

    private List<String> java() {
        return jar().command(heap(), STACK);
    }

    private ServiceJar jar() {
        Path jar = Path.of(kind.module, "target", kind.module + "-exec.jar");
        return ServiceJar.prepare(release.directory().resolve(jar).toString(), environment);
    }

    private String heap() {
        return "-Xmx" + kind.heap;
    }

    /**
     * Runs a command of the jar beside the instance and waits for its end. Runs it again while a service does the same work, which
     * a killed one seems to do until its lease ends.
     *
     * @return its output
     */
    String command(String option) {
        CommandResult result = Awaitility.await()
                .alias(name + " " + option)
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> runCommand(option), ran -> ran.exitCode() != BUSY);
        assertThat(result.exitCode()).as(result.output()).isZero();
        return result.output();
    }

    private CommandResult runCommand(String option) {
        Path output = directory.resolve(name + option + ".out");
        List<String> command = java();
        command.add(option);
        try (ChildProcess running = ChildProcess.start(directory, output, environment, command)) {
            return new CommandResult(running.awaitExit(), running.output());
        }
    }

    void awaitReady() {
        Awaitility.await()
                .alias(name + " is ready, or see " + directory)
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .until(this::isReady);
    }

    boolean isReady() {
        return get("health/readiness", BodyHandlers.discarding())
                .filter(response -> response.statusCode() == 200)
                .isPresent();
    }

    /** The current value of a metric, summed over all labels; 0 if it is missing. */
    double metric(String metric) {
        return get("prometheus", BodyHandlers.ofString())
                .map(response -> response.body()
                        .lines()
                        .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum())
                .orElse(0.0);
    }

    private <T> Optional<HttpResponse<T>> get(String path, BodyHandler<T> handler) {
        HttpRequest request =
                HttpRequest.newBuilder(management(path)).timeout(PROBE_TIMEOUT).build();
        try {
            return Optional.of(HTTP.send(request, handler));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    private ChildProcess running() {
        return requireNonNull(process, name);
    }

    /** Sends SIGKILL. */
    void kill() {
        running().kill();
    }

    /** Sends SIGTERM and waits for the end. */
    int stop() {
        return running().stop();
    }

    /** Sends SIGSTOP. */
    void suspend() {
        running().suspend();
    }

    /** Sends SIGCONT. */
    void resume() {
        running().resume();
    }

    /** The output since the start of the cluster. */
    String output() {
        return running().output();
    }

    /** Resets all its proxies. */
    void restoreConnections() {
        proxies().forEach(NetworkProxy::reset);
    }

    private Stream<NetworkProxy> proxies() {
        return Stream.concat(broker.stream(), Stream.concat(Stream.ofNullable(redis), Stream.of(store)));
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        proxies().forEach(NetworkProxy::close);
    }

    @Override
    public String toString() {
        return name;
    }
}
