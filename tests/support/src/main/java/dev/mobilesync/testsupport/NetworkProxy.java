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

/** A TCP proxy before one server, whose connections a test can cut, freeze, slow down and restore. */
public final class NetworkProxy implements AutoCloseable {

    private static final long NO_DELAY = Throttler.NO_DELAY_NS;

    private final NioReactor reactor;
    private final TcpCrusher crusher;
    private final Direction requests = new Direction();
    private final Direction answers = new Direction();
    private volatile boolean forgotten;
    private volatile boolean hangingUp;

    /** To a server that listens on that address, now or later. */
    public NetworkProxy(String host, int port) {
        try {
            reactor = new NioReactor();
            crusher = TcpCrusherBuilder.builder()
                    .withReactor(reactor)
                    .withBindAddress("127.0.0.1", Loopback.freePort())
                    .withConnectAddress(host, port)
                    .withOutgoingThrottlerFactory(address -> requests::delayOf)
                    .withIncomingThrottlerFactory(address -> answers::delayOf)
                    .withOutgoingTransformFilterFactory(address -> requests::pass)
                    .withIncomingTransformFilterFactory(address -> answers::pass)
                    .withCreationListener(this::connected)
                    .buildAndOpen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of 127.0.0.1; whoever connects here is passed on to the server. */
    public int port() {
        return crusher.getBindAddress().getPort();
    }

    /** Drops all connections and refuses new ones, as if the server were gone. */
    public void cut() {
        crusher.close();
    }

    /** Drops all connections; new ones come through. */
    public void drop() {
        crusher.closeAllPairs();
    }

    /** Drops all connections, and each new one as soon as it is made. */
    public void hangUp() {
        hangingUp = true;
        drop();
    }

    private void connected(InetSocketAddress client) {
        if (hangingUp) {
            crusher.closeClient(client);
        }
    }

    /** Lets connections through again after {@link #cut()} or {@link #hangUp()}. */
    public void restore() {
        hangingUp = false;
        if (!crusher.isOpen()) {
            crusher.open();
        }
    }

    /** Keeps connections open and new ones coming, but passes nothing on, as if the server hung. */
    public void freeze() {
        crusher.freeze();
    }

    /**
     * Lets the connections there are stand and passes nothing on, not even their end, as when a machine sleeps or a router
     * has forgotten them. New ones come through.
     */
    public void forget() {
        forgotten = true;
        crusher.freezeAllPairs();
    }

    /** Passes on what was held back by {@link #freeze()}. */
    public void unfreeze() {
        crusher.unfreeze();
    }

    /** What goes to the server. */
    public Direction requests() {
        return requests;
    }

    /** What comes from the server. */
    public Direction answers() {
        return answers;
    }

    /** All as at first: open, not frozen, nothing slow, nothing lost. What was lost stays lost, so connections are dropped. */
    public void reset() {
        boolean lossy = requests.reset() | answers.reset() | forgotten;
        forgotten = false;
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

    /** One of the two directions of a line. */
    public static final class Direction {

        private static final long ALL = Long.MAX_VALUE;

        private final AtomicLong passes = new AtomicLong(ALL);
        private volatile long delayNanos;
        private volatile long bytesPerSecond;

        private Direction() {}

        /** Each chunk takes so much longer. */
        public void delay(Duration delay) {
            delayNanos = delay.toNanos();
        }

        /** No more than so much goes through in a second, per connection. */
        public void slow(long bytesPerSecond) {
            this.bytesPerSecond = bytesPerSecond;
        }

        /** Everything is lost from now on, while the connections stand. {@link NetworkProxy#reset()} drops them. */
        public void blackhole() {
            blackholeAfter(0);
        }

        /** So many bytes still come through, of all connections together; the rest is lost. */
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
