package dev.mobilesync.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The address that every embedded server listens on, and no other. */
final class Loopback {

    static final String HOST = "127.0.0.1";

    private Loopback() {}

    /**
     * @param port 0 for any free one
     * @return a port that nobody listens on
     */
    static int freePort(int port, String server) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The embedded %s cannot listen on port %d of %s: %s".formatted(server, port, HOST, e.getMessage()),
                    e);
        }
    }
}
