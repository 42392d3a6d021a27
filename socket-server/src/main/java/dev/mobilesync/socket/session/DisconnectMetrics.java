package dev.mobilesync.socket.session;

import dev.mobilesync.socket.stomp.DisconnectReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts closed connections by reason. */
@Component
public final class DisconnectMetrics {

    private final Map<DisconnectReason, Counter> counters = new EnumMap<>(DisconnectReason.class);

    DisconnectMetrics(MeterRegistry meters) {
        for (DisconnectReason reason : DisconnectReason.values()) {
            counters.put(
                    reason,
                    Counter.builder("mobile.sync.socket.disconnects")
                            .description("Connections that ended, by reason")
                            .tag("reason", reason.name())
                            .register(meters));
        }
    }

    void count(DisconnectReason reason) {
        Counter counter = counters.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }
}
