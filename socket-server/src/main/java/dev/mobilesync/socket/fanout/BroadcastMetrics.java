package dev.mobilesync.socket.fanout;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.service.publishing.HeaderTime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Times broadcasts on their way from the publisher to the browsers' sockets. */
@Component
final class BroadcastMetrics {

    private final Timer transport;
    private final Timer push;
    private final Timer captureToBrowser;
    private final Counter drops;

    BroadcastMetrics(MeterRegistry meters) {
        transport = Timer.builder("mobile.sync.broadcast")
                .description("Time from publishing a broadcast until this instance receives it")
                .register(meters);
        push = Timer.builder("mobile.sync.socket.push")
                .description("Time from receiving a broadcast until it is written to a browser's socket")
                .register(meters);
        captureToBrowser = Timer.builder("mobile.sync.capture.to.browser")
                .description("Time from the start of an upload until its result is written to a browser's socket")
                .register(meters);
        drops = Counter.builder("mobile.sync.broadcast.drops")
                .description("How often the broker dropped broadcasts of this instance")
                .register(meters);
    }

    /**
     * Records the receipt of a broadcast.
     *
     * @return records that the broadcast is written to one browser's socket
     */
    Runnable onReceived(Map<String, Object> headers) {
        HeaderTime.record(transport, HeaderTime.nanosSince(HeaderTime.millis(headers, AmqpNames.SENT_AT)));
        long receivedAt = System.nanoTime();
        long captureStartedAt = HeaderTime.millis(headers, AmqpNames.CAPTURE_STARTED_AT);
        return () -> {
            push.record(System.nanoTime() - receivedAt, TimeUnit.NANOSECONDS);
            HeaderTime.record(captureToBrowser, HeaderTime.nanosSince(captureStartedAt));
        };
    }

    void countDrop() {
        drops.increment();
    }
}
