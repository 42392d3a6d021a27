package dev.mobilesync.testsupport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Redis server for one test, which the test may stop. The data survives restarts. */
public final class RedisProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path directory;
    private final int port;
    private final List<String> options;
    private ChildProcess process;

    private RedisProcess(Path directory, int port, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    /**
     * Starts a server with its data in {@code directory}.
     *
     * @param options of redis-server, such as {@code --maxmemory}, {@code 10mb}
     */
    public static RedisProcess start(Path directory, String... options) {
        return new RedisProcess(directory, TestPorts.freePort(), List.of(options));
    }

    /** Starts a server that can join a cluster. */
    public static RedisProcess startClusterNode(Path directory, String... options) {
        List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes"));
        all.addAll(List.of(options));
        // The cluster bus uses the port 10,000 above.
        return new RedisProcess(directory, TestPorts.freePort(), all);
    }

    /**
     * Creates a cluster of started nodes.
     *
     * @param replicas the number of replicas per primary; the first nodes become primaries
     */
    public static void formCluster(List<RedisProcess> nodes, int replicas) {
        List<String> command = new ArrayList<>();
        nodes.forEach(node -> command.add(node.address()));
        command.addAll(List.of("--cluster-replicas", Integer.toString(replicas), "--cluster-yes"));
        command.addAll(0, List.of("--cluster", "create"));
        nodes.get(0).cli(command.toArray(String[]::new));
        nodes.forEach(node -> Awaitility.await().atMost(TIMEOUT).until(() -> node.cli("cluster", "info")
                .contains("cluster_state:ok")));
    }

    public int port() {
        return port;
    }

    /** Host and port. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    private ChildProcess launch() {
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString(), "--save", ""));
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        command.addAll(options);
        ChildProcess started =
                ChildProcess.start(directory, directory.resolve("redis-" + port + ".out"), Map.of(), command);
        Awaitility.await().atMost(TIMEOUT).until(this::isReachable);
        return started;
    }

    /** The settings with their Redis replaced by this one. */
    public Map<String, String> overriding(Map<String, String> settings) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put("spring.data.redis.host", "127.0.0.1");
        changed.put("spring.data.redis.port", Integer.toString(port));
        changed.put("spring.data.redis.database", "0");
        changed.remove("spring.data.redis.password");
        return changed;
    }

    /** Runs {@code redis-cli} on this server; fails if the command fails. */
    public String cli(String... arguments) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port)));
        command.addAll(List.of(arguments));
        return Shell.run(Map.of(), command);
    }

    /** Kills the server. */
    public void kill() {
        process.kill();
    }

    /** Restarts the server after {@link #kill()}. */
    public void restart() {
        process = launch();
    }

    /** Suspends the server, which keeps its connections. */
    public void freeze() {
        process.suspend();
    }

    public void unfreeze() {
        process.resume();
    }

    private boolean isReachable() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            socket.setSoTimeout(500);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
