package dev.mobilesync.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of 127.0.0.1. */
public final class Loopback {

    private static final int FIRST_LASTING = 12_000;
    private static final int LASTING = 10_000;

    /** Begins anywhere, so that two test runs seldom try the same, and goes on, so that one run never does. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(LASTING));

    private Loopback() {}

    /**
     * A port that nobody listens on, out of those that outgoing connections do not take by themselves: a server that is
     * restarted finds it free again. The one 10,000 above is such a port, too.
     */
    public static int freePort() {
        while (true) {
            int port = FIRST_LASTING + NEXT.getAndIncrement() % LASTING;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // somebody's: another one
            }
        }
    }
}
