package dev.mobilesync.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.netcrusher.core.reactor.NioReactor;
import org.netcrusher.tcp.TcpCrusher;
import org.netcrusher.tcp.TcpCrusherBuilder;

/** The network between a service and one server, or a phone and a service, which a test can break and mend. */
public final class Line implements AutoCloseable {

    private final NioReactor reactor;
    private final TcpCrusher crusher;

    /** A line to that server, which is reached on 127.0.0.1 and {@link #port()} from now on. */
    public Line(String host, int port) {
        try {
            reactor = new NioReactor();
            crusher = TcpCrusherBuilder.builder()
                    .withReactor(reactor)
                    .withBindAddress("127.0.0.1", Loopback.freePort())
                    .withConnectAddress(host, port)
                    .buildAndOpen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it begins. */
    public int port() {
        return crusher.getBindAddress().getPort();
    }

    /** Drops all connections and refuses new ones, as if the server were gone. */
    public void cut() {
        crusher.close();
    }

    /** Lets connections through again after {@link #cut()}. */
    public void mend() {
        crusher.open();
    }

    /** Keeps connections open and new ones coming, but passes nothing on, as if the server hung. */
    public void freeze() {
        crusher.freeze();
    }

    /** Passes on what was held back by {@link #freeze()}. */
    public void unfreeze() {
        crusher.unfreeze();
    }

    @Override
    public void close() {
        if (crusher.isOpen()) {
            crusher.close();
        }
        reactor.close();
    }
}
