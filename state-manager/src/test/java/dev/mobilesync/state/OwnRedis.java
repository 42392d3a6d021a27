package dev.mobilesync.state;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Redis server of the test's own, which it may stop. It keeps its data from one start to the next. */
final class OwnRedis implements AutoCloseable {

    private final Path directory;
    private final int port;
    private Process process;

    private OwnRedis(Path directory, int port) throws IOException {
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    /** Starts one that keeps its data in {@code directory}. */
    static OwnRedis start(Path directory) throws IOException {
        return new OwnRedis(directory, freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        Process started = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        directory.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
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
