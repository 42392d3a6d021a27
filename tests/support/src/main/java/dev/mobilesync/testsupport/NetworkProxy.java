package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.netcrusher.core.reactor.NioReactor;
import org.netcrusher.core.throttle.Throttler;
import org.netcrusher.tcp.TcpCrusher;
import org.netcrusher.tcp.TcpCrusherBuilder;

/** A TCP proxy in front of one server. Tests can cut, freeze, slow down and restore its connections. */
public final class NetworkProxy implements AutoCloseable {

    private static final long NO_DELAY = Throttler.NO_DELAY_NS;

    private final NioReactor reactor;
    private final TcpCrusher crusher;
    private final Direction requests = new Direction();
    private final Direction responses = new Direction();
    private volatile boolean openConnectionsFrozen;
    private volatile boolean hangingUp;

    /** Creates a proxy to this address; the server may start later. */
    public NetworkProxy(String host, int port) {
        try {
            reactor = new NioReactor();
            crusher = TcpCrusherBuilder.builder()
                    .withReactor(reactor)
                    .withBindAddress("127.0.0.1", TestPorts.freePort())
                    .withConnectAddress(host, port)
                    .withOutgoingThrottlerFactory(address -> requests::delayOf)
                    .withIncomingThrottlerFactory(address -> responses::delayOf)
                    .withOutgoingTransformFilterFactory(address -> requests::pass)
                    .withIncomingTransformFilterFactory(address -> responses::pass)
                    .withCreationListener(this::connected)
                    .buildAndOpen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port on 127.0.0.1 whose connections are forwarded to the server. */
    public int port() {
        return crusher.getBindAddress().getPort();
    }

    /** Drops all connections and refuses new ones, as if the server were down. */
    public void cut() {
        crusher.close();
    }

    /** Drops all connections; new ones are forwarded. */
    public void drop() {
        crusher.closeAllPairs();
    }

    /** Drops all connections, and new ones immediately. */
    public void hangUp() {
        hangingUp = true;
        drop();
    }

    private void connected(InetSocketAddress client) {
        if (hangingUp) {
            crusher.closeClient(client);
        }
    }

    /** Forwards connections again after {@link #cut()} or {@link #hangUp()}. */
    public void restore() {
        hangingUp = false;
        if (!crusher.isOpen()) {
            crusher.open();
        }
    }

    /** Keeps and accepts connections but forwards nothing, as if the server hung. */
    public void freeze() {
        crusher.freeze();
    }

    /**
     * Keeps existing connections but forwards nothing, not even their end, like a sleeping machine or a router that lost its
     * state. New connections are forwarded.
     */
    public void freezeOpenConnections() {
        openConnectionsFrozen = true;
        crusher.freezeAllPairs();
    }

    /** Forwards the data that {@link #freeze()} held back. */
    public void unfreeze() {
        crusher.unfreeze();
    }

    /** The direction to the server. */
    public Direction requests() {
        return requests;
    }

    /** The direction from the server. */
    public Direction responses() {
        return responses;
    }

    /** Reverts all faults. Drops the connections if data was lost. */
    public void reset() {
        boolean lossy = requests.reset() | responses.reset() | openConnectionsFrozen;
        openConnectionsFrozen = false;
        hangingUp = false;
        if (!crusher.isOpen()) {
            crusher.open();
            return;
        }
        if (crusher.isFrozen()) {
            crusher.unfreeze();
        }
        if (lossy) {
            crusher.closeAllPairs();
        }
    }

    @Override
    public void close() {
        if (crusher.isOpen()) {
            crusher.close();
        }
        reactor.close();
    }

    /** One direction of the proxied connections. */
    public static final class Direction {

        private static final long ALL = Long.MAX_VALUE;

        private final AtomicLong passes = new AtomicLong(ALL);
        private volatile long delayNanos;
        private volatile long bytesPerSecond;

        private Direction() {}

        /** Delays each chunk. */
        public void delay(Duration delay) {
            delayNanos = delay.toNanos();
        }

        /** Limits the bytes per second of each connection. */
        public void slow(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }

        /** Discards all further data and keeps the connections. {@link NetworkProxy#reset()} drops them. */
        public void blackhole() {
            blackholeAfter(0);
        }

        /** Forwards this number of bytes of all connections together and discards the rest. */
        public void blackholeAfter(long bytes) {
            passes.set(bytes);
        }

        private boolean reset() {
            delayNanos = 0;
            bytesPerSecond = 0;
            return passes.getAndSet(ALL) != ALL;
        }

        private long delayOf(ByteBuffer chunk) {
            long rate = bytesPerSecond;
            long delay = delayNanos + (rate == 0 ? 0 : chunk.remaining() * 1_000_000_000L / rate);
            return delay == 0 ? NO_DELAY : delay;
        }

        private void pass(ByteBuffer chunk) {
            if (passes.get() == ALL) {
                return;
            }
            long before = passes.getAndUpdate(left -> left == ALL ? ALL : Math.max(0, left - chunk.remaining()));
            if (before < chunk.remaining()) {
                chunk.limit(chunk.position() + (int) before);
            }
        }
    }
}
