package dev.mobilesync.state;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Redis server of the test's own, which it may stop. It keeps its data from one start to the next. */
final class OwnRedis implements AutoCloseable {

    private final Path directory;
    private final int port;
    private final List<String> options;
    private Process process;

    private OwnRedis(Path directory, int port, String... options) throws IOException {
        this.directory = directory;
        this.port = port;
        this.options = List.of(options);
        this.process = launch();
    }

    /** Starts one that keeps its data in {@code directory}. */
    static OwnRedis start(Path directory) throws IOException {
        return new OwnRedis(directory, freePort());
    }

    /** Starts one that takes everything over from this one. */
    OwnRedis startReplica(Path replicaDirectory) throws IOException {
        return new OwnRedis(
                replicaDirectory, freePort(), "--replicaof", "127.0.0.1 " + port, "--repl-diskless-sync-delay", "0");
    }

    /** Starts one that can be made part of a cluster. */
    static OwnRedis startClusterNode(Path directory) throws IOException {
        int port = freePort();
        // The nodes talk to each other 10,000 ports above.
        while (port + 10_000 > 65_535) {
            port = freePort() - 20_000;
        }
        return new OwnRedis(directory, port, "--cluster-enabled", "yes");
    }

    /** Host and port. */
    String address() {
        return "127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString(), "--save", ""));
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
        command.addAll(options);
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Also where a test run ends before it closes what it opened.
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(this::answers);
        return started;
    }

    /** These settings with this server instead of theirs. */
    Map<String, String> insteadOf(Map<String, String> settings) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put("spring.data.redis.host", "127.0.0.1");
        changed.put("spring.data.redis.port", Integer.toString(port));
        changed.put("spring.data.redis.database", "0");
        return changed;
    }

    /** What {@code redis-cli} prints. */
    String cli(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port)));
        all.addAll(List.of(command));
        Process client = new ProcessBuilder(all).redirectErrorStream(true).start();
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    /** Ends it at once. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again after {@link #kill()}. */
    void restart() throws IOException {
        process = launch();
    }

    /** Lets connections stand and answers nothing. */
    void freeze() throws Exception {
        signal("STOP");
    }

    void unfreeze() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("kill -" + name + ": " + exit);
        }
    }

    private boolean answers() {
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
        kill();
    }
}
