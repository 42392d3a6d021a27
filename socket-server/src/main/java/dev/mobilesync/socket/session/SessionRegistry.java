package dev.mobilesync.socket.session;

import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.SocketServerProperties;
import dev.mobilesync.socket.stomp.DisconnectReason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * All connections of this instance. A connection ticks once a second: it sends a heart-beat if one is due, and checks its
 * timeouts. Every 100 ms about a tenth of the connections tick. At shutdown each connection closes at a random moment of a
 * period, so that clients do not all reconnect at once.
 */
@Component
public final class SessionRegistry {

    private static final Logger log = LoggerFactory.getLogger(SessionRegistry.class);
    private static final int SHARDS = 10;
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration PER_SESSION = Duration.ofMillis(1);

    private final SocketExecutors executors;
    private final SocketServerProperties properties;
    private final Clock clock;
    private final List<Set<StompSession>> shards = IntStream.range(0, SHARDS)
            .<Set<StompSession>>mapToObj(i -> ConcurrentHashMap.newKeySet())
            .toList();
    private final AtomicInteger count = new AtomicInteger();
    private int nextShard;
    private volatile @Nullable ScheduledFuture<?> ticking;
    private volatile boolean stopping;

    SessionRegistry(SocketExecutors executors, SocketServerProperties properties, Clock clock, MeterRegistry meters) {
        this.executors = executors;
        this.properties = properties;
        this.clock = clock;
        Gauge.builder("mobile.sync.socket.sessions", count, AtomicInteger::get)
                .description("Open connections")
                .register(meters);
    }

    public void add(StompSession session) {
        if (shard(session).add(session)) {
            count.incrementAndGet();
        }
        if (stopping) {
            session.disconnect(DisconnectReason.SERVER_STOPS);
        }
    }

    public void remove(StompSession session) {
        if (shard(session).remove(session)) {
            count.decrementAndGet();
        }
    }

    /**
     * Closes connections, spread over time.
     *
     * @return the time until the last one closes
     */
    public Duration disconnect(Collection<StompSession> sessions, DisconnectReason reason) {
        Duration limit = properties.socketStopTime();
        Duration desired = PER_SESSION.multipliedBy(sessions.size());
        Duration duration = desired.compareTo(limit) < 0 ? desired : limit;
        for (StompSession session : sessions) {
            executors
                    .timer()
                    .schedule(
                            () -> session.disconnect(reason),
                            ThreadLocalRandom.current().nextLong(duration.toMillis() + 1),
                            TimeUnit.MILLISECONDS);
        }
        return duration;
    }

    /** The open connections of phones. */
    public List<StompSession> phones() {
        return shards.stream()
                .flatMap(Set::stream)
                .filter(session -> {
                    SessionPrincipal principal = session.principal();
                    return principal != null && principal.phone() != null;
                })
                .toList();
    }

    private Set<StompSession> shard(StompSession session) {
        return shards.get(Math.floorMod(session.hashCode(), SHARDS));
    }

    private void tick() {
        Instant wallClock = clock.instant();
        long now = System.nanoTime();
        nextShard = (nextShard + 1) % SHARDS;
        for (StompSession session : shards.get(nextShard)) {
            try {
                session.tick(now, wallClock);
            } catch (RuntimeException e) {
                log.error("the tick of a connection failed", e);
            }
        }
    }

    void startTicking() {
        ticking = executors
                .timer()
                .scheduleAtFixedRate(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stopTicking() {
        ScheduledFuture<?> last = ticking;
        ticking = null;
        if (last != null) {
            last.cancel(false);
        }
    }

    boolean isTicking() {
        return ticking != null;
    }

    /**
     * Closes all connections, including those that open later.
     *
     * @return the time until the last one closes
     */
    Duration disconnectAll() {
        stopping = true;
        List<StompSession> all = new ArrayList<>();
        shards.forEach(all::addAll);
        log.info("closing {} connection(s)", all.size());
        return disconnect(all, DisconnectReason.SERVER_STOPS);
    }
}
