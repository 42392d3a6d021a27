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

    /** Starts at random, so that test runs seldom collide, and counts up, so that one run never reuses a port. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(LASTING));

    private Loopback() {}

    /**
     * A free port outside the ephemeral range, so that it stays free while a server restarts. The port 10,000 above is
     * outside that range as well.
     */
    public static int freePort() {
        while (true) {
            int port = FIRST_LASTING + NEXT.getAndIncrement() % LASTING;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use: try the next one.
            }
        }
    }
}
