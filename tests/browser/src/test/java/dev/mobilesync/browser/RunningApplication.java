package dev.mobilesync.browser;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.ServerKind;
import dev.mobilesync.testsupport.ServerUsage;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * The running application: either {@code mobile-sync.jar} in one process, or the three services in separate processes that
 * can be restarted. It signs with {@link TestTokens#SECRET}.
 */
final class RunningApplication implements AutoCloseable {

    static final String WEB = "web-server";
    static final String STATE = "state-manager";
    static final String SOCKET = "socket-server";

    /** Longer than any test, so that no page uses a picture before the test looks at it. */
    static final Duration REVIEW_TIME = Duration.ofMinutes(10);

    private static final String[] PORTS = {
        "WEB", "WEB_MANAGEMENT", "SOCKET", "SOCKET_MANAGEMENT", "STATE", "BROKER", "REDIS", "STORE"
    };

    private static @Nullable RunningApplication sharedJar;
    private static @Nullable RunningApplication sharedServices;

    private final Path folder;
    private final @Nullable ProxiedServers servers;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, ChildProcess> processes = new LinkedHashMap<>();
    private @Nullable NetworkProxy socketProxy;

    private RunningApplication(@Nullable ProxiedServers servers, Map<String, String> settings) {
        try {
            folder = Files.createTempDirectory("mobile-sync-browser");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.servers = servers;
        for (String name : PORTS) {
            ports.put(name, TestPorts.freePort());
        }
        environment.put("MOBILE_SYNC_JWT_SECRET", TestTokens.SECRET);
        environment.put("MOBILE_SYNC_PAGES_FRAGMENT_TOKENS", "true");
        environment.put("MOBILE_SYNC_PAGES_REVIEW_TIME", REVIEW_TIME.toSeconds() + "s");
        if (servers != null) {
            environment.putAll(TestServers.environment(servers.properties()));
        }
        environment.putAll(settings);
    }

    /**
     * The application with default settings but {@link #REVIEW_TIME}, shared by all test classes of this JVM: one process per
     * service with the machine's servers if there are any, otherwise one process with the embedded servers.
     */
    static synchronized RunningApplication shared() {
        if (TestServers.areReal()) {
            return sharedServices();
        }
        RunningApplication application = sharedJar;
        if (application == null) {
            application = embedded(Map.of());
            closeAtExit(application);
            sharedJar = application;
        } else {
            ServerUsage.record(ServerKind.EMBEDDED);
        }
        return application;
    }

    /** The same, but always with one process per service, behind proxies. A test that breaks something repairs it. */
    static synchronized RunningApplication sharedServices() {
        TestServers servers = TestServers.shared();
        RunningApplication application = sharedServices;
        if (application == null) {
            application = services(new ProxiedServers(servers), Map.of());
            closeAtExit(application);
            sharedServices = application;
        }
        return application;
    }

    private static void closeAtExit(RunningApplication application) {
        Runtime.getRuntime().addShutdownHook(new Thread(application::close, "close-shared-application"));
    }

    /** One process with the embedded servers. */
    static RunningApplication embedded(Map<String, String> settings) {
        ServerUsage.record(ServerKind.EMBEDDED);
        return new RunningApplication(null, settings).startAll();
    }

    /**
     * One process with these servers.
     *
     * @param servers closed together with the application
     * @param settings environment variables
     */
    static RunningApplication with(ProxiedServers servers, Map<String, String> settings) {
        return new RunningApplication(servers, settings).startAll();
    }

    /** One process per service. */
    static RunningApplication services(ProxiedServers servers, Map<String, String> settings) {
        RunningApplication application = new RunningApplication(servers, settings);
        application.socketProxy = new NetworkProxy("127.0.0.1", application.port("SOCKET"));
        application.environment.put("MOBILE_SYNC_PAGES_SOCKET_URL", ":" + application.socketProxy.port() + "/ws");
        application.environment.merge(
                "MOBILE_SYNC_ALLOWED_ORIGINS",
                application.web() + "," + application.webAtOtherSite(),
                (others, own) -> others + "," + own);
        try {
            for (String service : new String[] {WEB, STATE, SOCKET}) {
                application.start(service);
            }
            application.processes.values().forEach(process -> process.awaitOutput("Started "));
        } catch (RuntimeException | Error e) {
            application.close();
            throw e;
        }
        return application;
    }

    private RunningApplication startAll() {
        ports.forEach((name, port) -> environment.put("MOBILE_SYNC_" + name + "_PORT", Integer.toString(port)));
        try {
            ChildProcess process = ChildProcess.jar("standalone/target/mobile-sync.jar", folder, environment);
            processes.put("all", process);
            process.awaitOutput("mobile-sync is up");
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        return this;
    }

    private void start(String service) {
        Map<String, String> own = new HashMap<>(environment);
        String name = service.equals(WEB) ? "WEB" : service.equals(SOCKET) ? "SOCKET" : "STATE";
        own.put("SERVER_PORT", Integer.toString(port(name)));
        if (!service.equals(STATE)) {
            own.put("MANAGEMENT_SERVER_PORT", Integer.toString(port(name + "_MANAGEMENT")));
        }
        processes.put(service, ChildProcess.jar(service + "/target/" + service + "-exec.jar", folder, own));
    }

    /** Stops a service gracefully. Requires {@link #services}. */
    void stop(String service) {
        process(service).stop();
    }

    /** Kills a service. Requires {@link #services}. */
    void kill(String service) {
        process(service).kill();
    }

    /** Starts the service again on the same port. */
    void restart(String service) {
        process(service).close();
        start(service);
        process(service).awaitOutput("Started ");
    }

    private ChildProcess process(String service) {
        ChildProcess process = processes.get(service);
        if (process == null) {
            throw new IllegalArgumentException("no separate process: " + service);
        }
        return process;
    }

    URI web() {
        return URI.create("http://localhost:" + port("WEB"));
    }

    /** web-server at an address of another site than localhost. Requires {@link #services}. */
    URI webAtOtherSite() {
        return URI.create("http://127.0.0.1:" + port("WEB"));
    }

    URI socket() {
        return URI.create("ws://localhost:" + port("SOCKET") + "/ws");
    }

    /** RabbitMQ, Redis and the store, which a test can make unreachable. Not available with {@link #embedded}. */
    ProxiedServers servers() {
        return Objects.requireNonNull(servers);
    }

    /** The {@code spring.rabbitmq.*} properties of the broker, bypassing the proxies. */
    Map<String, String> broker() {
        return servers == null
                ? Map.of("spring.rabbitmq.port", Integer.toString(port("BROKER")))
                : servers.behind().properties();
    }

    /** The network between the pages and socket-server. Requires {@link #services}. */
    NetworkProxy socketProxy() {
        return Objects.requireNonNull(socketProxy);
    }

    int port(String name) {
        return ports.getOrDefault(name, 0);
    }

    /** The address of a page with a token in its fragment, like the links that standalone prints. */
    String page(String path, String token) {
        return web() + path + "#token=" + token;
    }

    String examineePage(String plan, String examinee) {
        return page("/exam/mobile-sync", TestTokens.examinee(plan, examinee));
    }

    String proctorPage(String proctor, String... plans) {
        return page("/proctor", TestTokens.proctor(proctor, plans));
    }

    /** The output of the processes, for failing tests. */
    String output() {
        StringBuilder output = new StringBuilder();
        processes.forEach((name, process) ->
                output.append("--- ").append(name).append('\n').append(process.output()));
        return output.toString();
    }

    @Override
    public void close() {
        processes.values().forEach(ChildProcess::close);
        if (socketProxy != null) {
            socketProxy.close();
        }
        if (servers != null) {
            servers.close();
        }
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
