package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of 127.0.0.1. */
public final class Loopback {

    private static final int FIRST_LASTING = 12_000;
    private static final int LAST_LASTING = 21_999;

    private Loopback() {}

    /** A port that nobody listens on at this moment. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A port that nobody listens on, out of those that outgoing connections do not take by themselves: a server that is
     * restarted finds it free again. The one 10,000 above is such a port, too.
     */
    public static int lastingPort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_LASTING, LAST_LASTING + 1);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody's: another one
            }
        }
    }
}
