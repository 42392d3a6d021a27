package dev.mobilesync.benchmarks.peers;

import dev.mobilesync.benchmarks.report.Implementation;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestPorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** socket-server or a peer of it: verifies tokens, sends each browser its state, and passes broadcasts on. */
public final class MeasuredSocketServer implements AutoCloseable {

    private static final Duration READY_TIMEOUT = Duration.ofMinutes(1);

    private final BackingServers backing;
    private final Path directory;
    private final MeasuredProcess process;
    private final String protocol;
    private final String url;
    private final int openFiles;

    private MeasuredSocketServer(
            BackingServers backing,
            Path directory,
            MeasuredProcess process,
            String protocol,
            String url,
            int openFiles) {
        this.backing = backing;
        this.directory = directory;
        this.process = process;
        this.protocol = protocol;
        this.url = url;
        this.openFiles = openFiles;
    }

    /** Starts a server with the inherited limit of open files. */
    public static MeasuredSocketServer start(Implementation implementation, BackingServers backing, Path directory) {
        return start(implementation, backing, directory, 0);
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param directory for the output of the processes
     * @param openFiles the number of files that the server and its browsers may have to open, or 0 for the inherited limit
     */
    public static MeasuredSocketServer start(
            Implementation implementation, BackingServers backing, Path directory, int openFiles) {
        int port = TestPorts.freePort();
        String address = "ws://127.0.0.1:" + port;
        return switch (implementation) {
            case MOBILE_SYNC ->
                new MeasuredSocketServer(
                        backing,
                        directory,
                        mobileSync(backing, directory, port, openFiles),
                        "stomp",
                        address + "/ws",
                        openFiles);
            case SIMPLE_BROKER -> {
                Map<String, String> environment = backing.springEnvironment();
                environment.put("SERVER_PORT", Integer.toString(port));
                String jar = "tests/benchmarks/peers/simple-broker/target/simple-broker-peer-exec.jar";
                MeasuredProcess process = MeasuredProcess.java(directory, environment, jar, openFiles);
                yield new MeasuredSocketServer(backing, directory, process, "spring-stomp", address + "/ws", openFiles);
            }
            case NODE ->
                new MeasuredSocketServer(
                        backing, directory, node(backing, directory, "ws-server.mjs", port), "ws", address, openFiles);
            case SOCKET_IO ->
                new MeasuredSocketServer(
                        backing,
                        directory,
                        node(backing, directory, "socketio-server.mjs", port),
                        "socket.io",
                        address,
                        openFiles);
            case JAVA -> throw new IllegalArgumentException("no socket server");
        };
    }

    private static MeasuredProcess node(BackingServers backing, Path directory, String program, int port) {
        return MeasuredProcess.node(directory, backing.nodeEnvironment(), program, Integer.toString(port));
    }

    private static MeasuredProcess mobileSync(BackingServers backing, Path directory, int port, int openFiles) {
        Map<String, String> environment = new HashMap<>(backing.springEnvironment());
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(TestPorts.freePort()));
        environment.put("MOBILE_SYNC_SOCKET_QUEUE", "broadcast_queue." + port);
        // All browsers connect from few addresses.
        environment.put("MOBILE_SYNC_LIMITS_HANDSHAKES_PER_ADDRESS", "0");
        MeasuredProcess process =
                MeasuredProcess.java(directory, environment, "socket-server/target/socket-server-exec.jar", openFiles);
        ApiClient http = ApiClient.ofOther(URI.create("http://127.0.0.1:" + port));
        Awaitility.await()
                .atMost(READY_TIMEOUT)
                .ignoreExceptions()
                .until(() -> http.get("/readyz", "").statusCode() == 200);
        return process;
    }

    public MeasuredProcess process() {
        return process;
    }

    /** The address to which browsers connect. */
    public String url() {
        return url;
    }

    /** Starts a client for browsers of this server. */
    public Browsers browsers() {
        return new Browsers(
                NodeClient.start(directory, backing.nodeEnvironment(), openFiles, "browsers.mjs", protocol, url));
    }

    @Override
    public void close() {
        process.close();
    }
}
