package dev.mobilesync.web.body;

import dev.mobilesync.web.common.WebServerProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** All bodies in flight, and a watchdog that fails those that take too long. */
@Component
final class BodyReceptions implements AutoCloseable {

    private static final long ANONYMOUS_MEMORY_BYTES = 16 * 1024 * 1024;
    private static final long CHECK_INTERVAL_MILLIS = 500;

    private final WebServerProperties.Body properties;
    private final BodySpool uploads;
    private final BodySpool anonymous;
    private final Set<BodyReception> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "body-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    BodyReceptions(WebServerProperties webServer, MeterRegistry meters) {
        this.properties = webServer.body();
        this.uploads = new BodySpool(
                properties.memory().toBytes(), properties.disk().toBytes(), Path.of(properties.directory()));
        this.anonymous = new BodySpool(ANONYMOUS_MEMORY_BYTES, 0, Path.of(properties.directory()));
        Gauge.builder("mobile.sync.bodies", running, Set::size)
                .description("Request bodies in flight")
                .register(meters);
        gauge(meters, "memory", () -> uploads.memoryBytes() + anonymous.memoryBytes());
        gauge(meters, "disk", uploads::fileBytes);
        watchdog.scheduleWithFixedDelay(
                this::check, CHECK_INTERVAL_MILLIS, CHECK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void gauge(MeterRegistry meters, String where, Supplier<Number> value) {
        Gauge.builder("mobile.sync.bodies.bytes", value)
                .description("Bytes of request bodies until the requests are handled")
                .tag("where", where)
                .baseUnit("bytes")
                .register(meters);
    }

    BodyReception start(BodyRoute route, BodyRoute.Ticket ticket) {
        BodySpool spool = route.store() == BodyRoute.Store.UPLOADS ? uploads : anonymous;
        BodyReception reception = new BodyReception(route, ticket, spool.newBody(), properties);
        running.add(reception);
        return reception;
    }

    private void check() {
        long now = System.nanoTime();
        running.removeIf(BodyReception::isOver);
        running.forEach(reception -> reception.check(now));
    }

    @Override
    public void close() throws IOException {
        watchdog.shutdownNow();
        uploads.close();
        anonymous.close();
    }
}
