package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real nginx. */
public final class Nginx implements AutoCloseable {

    public static final String SKIP_REASON = "nginx is not installed here";

    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final Path directory;
    private final ChildProcess process;

    /** Without nginx its tests are skipped; in CI they fail. */
    public static boolean isAvailable() {
        return Files.isExecutable(PROGRAM) || "true".equals(System.getenv("CI"));
    }

    /**
     * Starts nginx and waits until it listens.
     *
     * @param directory an empty directory for nginx's files
     * @param configuration a configuration file with an {@code http} block
     * @param ports the ports of 127.0.0.1 on which it listens
     */
    public static Nginx start(Path directory, String configuration, int... ports) {
        Nginx nginx = new Nginx(directory, configuration);
        Awaitility.await()
                .atMost(TIMEOUT)
                .failFast(() -> !nginx.process.isAlive())
                .until(() -> Arrays.stream(ports).allMatch(Nginx::listens));
        return nginx;
    }

    private Nginx(Path directory, String configuration) {
        this.directory = directory;
        String directories = "http {\n  client_body_temp_path " + bodies() + ";\n  proxy_temp_path "
                + directory.resolve("responses") + ";";
        try {
            Path file =
                    Files.writeString(directory.resolve("nginx.conf"), configuration.replace("http {", directories));
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
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The directory of request bodies that nginx does not keep in memory. */
    public Path bodies() {
        return directory.resolve("bodies");
    }

    private Path log() {
        return directory.resolve("error.log");
    }

    /** The error log. nginx logs a warning for each body that it writes to a file. */
    public String warnings() {
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
