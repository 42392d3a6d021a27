package dev.mobilesync.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The address on which the embedded servers listen. */
final class Loopback {

    static final String HOST = "127.0.0.1";

    private Loopback() {}

    /**
     * Checks that a port is free, or finds a free one.
     *
     * @param port 0 for a free port
     * @return the port
     * @throws EmbeddedServerException if the port is in use
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
