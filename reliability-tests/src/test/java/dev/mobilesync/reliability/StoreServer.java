package dev.mobilesync.reliability;

import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The S3 server of the test's own. */
final class StoreServer implements AutoCloseable {

    private final Path folder;
    private final int port = Loopback.lastingPort();
    private ChildProcess process;

    StoreServer(Path folder) {
        this.folder = folder;
        process = launch();
    }

    private ChildProcess launch() {
        Path data = folder.resolve("store");
        return ChildProcess.start(
                folder,
                folder.resolve("store.out"),
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

    int port() {
        return port;
    }

    void awaitUp() {
        process.awaitOutput(StoreMain.UP);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.kill();
    }

    void suspend() {
        process.suspend();
    }

    void resume() {
        process.resume();
    }

    /** Starts it again after {@link #kill()}, on what it had. */
    void restart() {
        process = launch();
        Ports.awaitListening(port);
    }

    /** Its disk is full from now on: no file of it may grow beyond a few bytes. */
    void full() {
        limitFiles("1024");
    }

    void notFull() {
        limitFiles("unlimited");
    }

    private void limitFiles(String softLimit) {
        try {
            Process prlimit = new ProcessBuilder(
                            "prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + softLimit + ":unlimited")
                    .inheritIO()
                    .start();
            if (prlimit.waitFor() != 0) {
                throw new IllegalStateException("prlimit: " + prlimit.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Kills it and answers 503 to everything in its place, until that is closed; then {@link #restart} it. */
    HttpServer refuseInItsPlace() {
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

    @Override
    public void close() {
        process.close();
    }
}
