package dev.mobilesync.endtoend;

import dev.mobilesync.testsupport.ChildProcess;
import dev.mobilesync.testsupport.Repository;
import dev.mobilesync.testsupport.TestPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A real nginx with the shipped {@code docker/nginx.conf}. The test replaces only what depends on the container: the two
 * ports, the addresses of the instances and the directories of temporary files. It also removes {@code resolve}, which only
 * matters for host names and which Debian's older nginx does not support.
 */
final class NginxProcess implements AutoCloseable {

    static final String SKIP_REASON = "nginx is not installed here";

    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final Path directory;
    private final int webPort = TestPorts.freePort();
    private final int socketPort = TestPorts.freePort();
    private final ChildProcess process;

    /** Without nginx its tests are skipped; in CI they fail. */
    static boolean isAvailable() {
        return Files.isExecutable(PROGRAM) || "true".equals(System.getenv("CI"));
    }

    /**
     * Starts nginx in front of two instances of each public service.
     *
     * @param directory an empty directory for nginx's files
     */
    static NginxProcess start(Path directory, List<URI> webServers, List<URI> socketServers) {
        return new NginxProcess(directory, webServers, socketServers);
    }

    private NginxProcess(Path directory, List<URI> webServers, List<URI> socketServers) {
        this.directory = directory;
        Map<String, String> replacements = new LinkedHashMap<>();
        replacements.put("listen 8080;", "listen 127.0.0.1:" + webPort + ";");
        replacements.put("listen 8081;", "listen 127.0.0.1:" + socketPort + ";");
        replacements.put("web-server-a:8080 resolve", webServers.get(0).getAuthority());
        replacements.put("web-server-b:8080 resolve", webServers.get(1).getAuthority());
        replacements.put("socket-server-a:8081 resolve", socketServers.get(0).getAuthority());
        replacements.put("socket-server-b:8081 resolve", socketServers.get(1).getAuthority());
        replacements.put(
                "http {",
                "http {\n  client_body_temp_path " + bodies() + ";\n  proxy_temp_path " + directory.resolve("responses")
                        + ";");
        try {
            String configuration = Files.readString(Repository.file("docker/nginx.conf"));
            for (Map.Entry<String, String> each : replacements.entrySet()) {
                if (configuration.split(Pattern.quote(each.getKey()), -1).length != 2) {
                    throw new AssertionError("docker/nginx.conf does not have one '" + each.getKey() + "'");
                }
                configuration = configuration.replace(each.getKey(), each.getValue());
            }
            Path file = Files.writeString(directory.resolve("nginx.conf"), configuration);
            // The workers run as the user of this test, who can write to the directory.
            String directives = "daemon off; error_log " + log() + " warn; pid " + directory.resolve("nginx.pid")
                    + "; user " + System.getProperty("user.name") + ";";
            process = ChildProcess.start(
                    directory,
                    directory.resolve("nginx.out"),
                    Map.of(),
                    List.of(PROGRAM.toString(), "-c", file.toString(), "-e", log().toString(), "-g", directives));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await()
                .atMost(TIMEOUT)
                .failFast(() -> !process.isAlive())
                .until(() -> listens(webPort) && listens(socketPort));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    URI web() {
        return URI.create("http://127.0.0.1:" + webPort);
    }

    URI socketHttp() {
        return URI.create("http://127.0.0.1:" + socketPort);
    }

    URI socket() {
        return URI.create("ws://127.0.0.1:" + socketPort + "/ws");
    }

    /** The directory of request bodies that nginx does not keep in memory. */
    Path bodies() {
        return directory.resolve("bodies");
    }

    private Path log() {
        return directory.resolve("error.log");
    }

    /** The error log. nginx logs a warning for each body that it writes to a file. */
    String warnings() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.stop();
    }
}
