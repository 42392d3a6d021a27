package dev.mobilesync.socket.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;

/** Creates the writers of connections; those of one event loop share a {@link PendingWriters}. */
@Component
public final class SessionWriterFactory {

    private final Counter dropped;
    private final ConcurrentMap<EventLoop, PendingWriters> pendingWriters = new ConcurrentHashMap<>();

    SessionWriterFactory(MeterRegistry meters) {
        dropped = Counter.builder("mobile.sync.socket.dropped.frames")
                .description("Frames that were not sent, because the client reads too slowly or the connection failed")
                .register(meters);
    }

    public SessionWriter create(Channel channel) {
        return new SessionWriter(
                channel, pendingWriters.computeIfAbsent(channel.eventLoop(), PendingWriters::new), dropped);
    }
}
