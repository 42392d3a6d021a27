package dev.mobilesync.socket;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.netty.resources.LoopResources;

/**
 * The threads of the network, for browsers and for Redis. One per processor: they never block, so more of them, or separate ones
 * for Redis, would only add context switches.
 */
@Component
public final class EventLoops implements EventLoopGroupProvider, DisposableBean {

    private static final Duration STOP_TIME = Duration.ofSeconds(2);

    private final int threads = Runtime.getRuntime().availableProcessors();
    private final LoopResources loops = LoopResources.create("socket-network", threads, true);

    public LoopResources loops() {
        return loops;
    }

    @Override
    @SuppressWarnings("unchecked") // Lettuce uses no methods of the class.
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
        return (T) loops.onServer(false);
    }

    @Override
    public int threadPoolSize() {
        return threads;
    }

    /** Does nothing, because browsers use the threads too. */
    @Override
    public Future<Boolean> release(EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    /** Does nothing, because browsers use the threads too. */
    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    @Override
    public void destroy() {
        loops.disposeLater(Duration.ZERO, STOP_TIME).block(STOP_TIME.plusSeconds(1));
    }
}
