package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections that send a prefix and then single bytes at intervals. Connections that the server closes are reopened. All
 * share one thread.
 */
public final class SlowConnections implements AutoCloseable {

    private static final byte[] SINGLE_BYTE = {'x'};

    private final InetSocketAddress server;
    private final List<SlowConnection> connections = new ArrayList<>();
    private final AtomicInteger reopened = new AtomicInteger();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    private static final class SlowConnection {

        private final byte[] prefix;
        private SocketChannel channel;

        private SlowConnection(byte[] prefix, SocketChannel channel) {
            this.prefix = prefix;
            this.channel = channel;
        }
    }

    /**
     * Opens one connection per prefix.
     *
     * @param interval between two bytes
     */
    public SlowConnections(int port, List<String> prefixes, Duration interval) {
        this.server = new InetSocketAddress("127.0.0.1", port);
        try {
            for (String prefix : prefixes) {
                byte[] bytes = prefix.getBytes(StandardCharsets.ISO_8859_1);
                connections.add(new SlowConnection(bytes, open(bytes)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.scheduleWithFixedDelay(this::sendBytes, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The number of connections that were reopened. */
    public int reopened() {
        return reopened.get();
    }

    private SocketChannel open(byte[] prefix) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.write(ByteBuffer.wrap(prefix));
        channel.configureBlocking(false);
        return channel;
    }

    private void sendBytes() {
        ByteBuffer response = ByteBuffer.allocate(4096);
        for (SlowConnection each : connections) {
            if (!trySendByte(each.channel, response) && !thread.isShutdown()) {
                reopen(each);
            }
        }
    }

    private static boolean trySendByte(SocketChannel channel, ByteBuffer response) {
        try {
            response.clear();
            return channel.read(response) >= 0 && channel.write(ByteBuffer.wrap(SINGLE_BYTE)) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void reopen(SlowConnection connection) {
        try {
            connection.channel.close();
            connection.channel = open(connection.prefix);
            reopened.incrementAndGet();
        } catch (IOException e) {
            // Retried in the next round.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(10, TimeUnit.SECONDS);
            for (SlowConnection each : connections) {
                each.channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
