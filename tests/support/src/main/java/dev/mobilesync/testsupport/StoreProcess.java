package dev.mobilesync.testsupport;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** An S3 server for one test, in a separate process, which the test may stop. The pictures survive restarts. */
public final class StoreProcess implements AutoCloseable {

    public static final String ACCESS_KEY = "test-access";
    public static final String SECRET_KEY = "test-secret-key";
    public static final String BUCKET = "captures";

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final int port = TestPorts.freePort();
    private ChildProcess process;

    private StoreProcess(Path directory) {
        this.directory = directory;
        process = launch();
    }

    /** Starts a server with its data in {@code directory}. Call {@link #awaitUp} before use. */
    public static StoreProcess start(Path directory) {
        return new StoreProcess(directory);
    }

    private ChildProcess launch() {
        Path data = directory.resolve("store");
        return ChildProcess.start(
                directory,
                directory.resolve("store.out"),
                Map.of(),
                List.of(
                        ChildProcess.java(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreMain.class.getName(),
                        data.toString(),
                        Integer.toString(port)));
    }

    public int port() {
        return port;
    }

    /** The settings with their store replaced by this one. */
    public Map<String, String> overriding(Map<String, String> settings) {
        Map<String, String> changed = new HashMap<>(settings);
        changed.put("mobile-sync.store.endpoint", "http://127.0.0.1:" + port);
        changed.put("mobile-sync.store.access-key", ACCESS_KEY);
        changed.put("mobile-sync.store.secret-key", SECRET_KEY);
        changed.put("mobile-sync.store.bucket", BUCKET);
        return changed;
    }

    public void awaitUp() {
        process.awaitOutput(StoreMain.UP);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the server. */
    public void kill() {
        process.kill();
    }

    /** Suspends the server, which keeps its connections. */
    public void suspend() {
        process.suspend();
    }

    public void resume() {
        process.resume();
    }

    /** Restarts the server with its data after {@link #kill()}. */
    public void restart() {
        process = launch();
        Awaitility.await().atMost(TIMEOUT).until(this::listens);
    }

    /** Simulates a full disk with a file size limit of 1 KiB. */
    public void fillDisk() {
        limitFiles("1024");
    }

    public void freeDisk() {
        limitFiles("unlimited");
    }

    private void limitFiles(String softLimit) {
        Shell.run("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + softLimit + ":unlimited");
    }

    /** Kills the server and starts one that answers 503 on its port. Stop that one before {@link #restart}. */
    public HttpServer replaceByRejecting() {
        kill();
        byte[] slowDown = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>SlowDown</Code>"
                        + "<Message>Please reduce your request rate.</Message></Error>")
                .getBytes(StandardCharsets.UTF_8);
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
            server.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().add("Content-Type", "application/xml");
                    boolean head = exchange.getRequestMethod().equals("HEAD");
                    exchange.sendResponseHeaders(503, head ? -1 : slowDown.length);
                    if (!head) {
                        exchange.getResponseBody().write(slowDown);
                    }
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
