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

/** The transfers of all request bodies in transit, and a watchdog that fails those that are too slow. */
@Component
final class BodyTransfers implements AutoCloseable {

    private static final long ANONYMOUS_MEMORY_BYTES = 16 * 1024 * 1024;
    private static final long CHECK_INTERVAL_MILLIS = 500;

    private final WebServerProperties.Body properties;
    private final BodySpool authenticated;
    private final BodySpool anonymous;
    private final Set<BodyTransfer> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "body-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    BodyTransfers(WebServerProperties webServer, MeterRegistry meters) {
        this.properties = webServer.body();
        this.authenticated = new BodySpool(
                properties.memory().toBytes(), properties.disk().toBytes(), Path.of(properties.directory()));
        this.anonymous = new BodySpool(ANONYMOUS_MEMORY_BYTES, 0, Path.of(properties.directory()));
        Gauge.builder("mobile.sync.bodies", running, Set::size)
                .description("Request bodies in transit")
                .register(meters);
        gauge(meters, "memory", () -> authenticated.memoryBytes() + anonymous.memoryBytes());
        gauge(meters, "disk", authenticated::fileBytes);
        watchdog.scheduleWithFixedDelay(
                this::check, CHECK_INTERVAL_MILLIS, CHECK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void gauge(MeterRegistry meters, String where, Supplier<Number> value) {
        Gauge.builder("mobile.sync.bodies.bytes", value)
                .description("Bytes of buffered request bodies")
                .tag("where", where)
                .baseUnit("bytes")
                .register(meters);
    }

    /** Creates a transfer, which the watchdog checks until it has ended. The caller starts it. */
    BodyTransfer register(BodyRoute route, BodyRoute.AdmittedRequest admitted) {
        BodySpool spool = route.buffer() == BodyRoute.Buffer.AUTHENTICATED ? authenticated : anonymous;
        BodyTransfer transfer = new BodyTransfer(route, admitted, spool.newBody(), properties);
        running.add(transfer);
        return transfer;
    }

    private void check() {
        long now = System.nanoTime();
        running.removeIf(BodyTransfer::hasEnded);
        running.forEach(transfer -> transfer.check(now));
    }

    @Override
    public void close() throws IOException {
        watchdog.shutdownNow();
        authenticated.close();
        anonymous.close();
    }
}
