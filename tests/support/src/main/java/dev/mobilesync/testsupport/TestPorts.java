package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports of 127.0.0.1. */
public final class TestPorts {

    private static final int FIRST_PORT = 12_000;
    private static final int BLOCKS = 50;
    private static final int BLOCK_SIZE = 200;

    /** One byte per block. The lock of a byte lasts as long as its JVM. */
    private static final Path LOCKS =
            Path.of(System.getProperty("java.io.tmpdir"), "mobile-sync-ports-" + System.getProperty("user.name"));

    private static final FileLock BLOCK = lockBlock();
    private static final AtomicInteger NEXT = new AtomicInteger();

    private TestPorts() {}

    /**
     * A free port outside the ephemeral range, so that it stays free while a server restarts. It belongs to this JVM, so that
     * concurrent test runs do not collide. The port 10,000 above is outside the ephemeral range as well.
     */
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + (int) BLOCK.position() * BLOCK_SIZE + NEXT.getAndIncrement() % BLOCK_SIZE;
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use: try the next one.
            }
        }
    }

    private static FileLock lockBlock() {
        try {
            FileChannel file = FileChannel.open(LOCKS, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            int first = ThreadLocalRandom.current().nextInt(BLOCKS);
            for (int i = 0; i < BLOCKS; i++) {
                FileLock lock = file.tryLock((first + i) % BLOCKS, 1, false);
                if (lock != null) {
                    return lock;
                }
            }
            throw new IllegalStateException("other JVMs hold all " + BLOCKS + " blocks of ports");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
