package dev.mobilesync.service.publishing;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Exchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.core.DeclarationExceptionEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.event.EventListener;

/**
 * Reports not ready while a queue or an exchange exists with other arguments than this service declares (AMQP reply code
 * 406). The mismatch is logged, and the other queues and exchanges are declared. After an operator has deleted the
 * mismatching one, it is declared again.
 */
final class TopologyHealthIndicator implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(TopologyHealthIndicator.class);

    private final AmqpAdmin admin;
    private final Duration checkInterval;
    /** Descriptions of mismatches by the name of the queue or exchange. */
    private final Map<String, String> mismatches = new ConcurrentHashMap<>();
    /** Queues and exchanges whose declaration failed since the last check began. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    private long lastCheck = System.nanoTime();

    /**
     * @param admin continues after a failed declaration, and reports it as an event
     * @param checkInterval the shortest time between two checks of a mismatch
     */
    TopologyHealthIndicator(AmqpAdmin admin, Duration checkInterval) {
        this.admin = admin;
        this.checkInterval = checkInterval;
    }

    /**
     * Records a mismatch.
     *
     * @throws AmqpException after any other failure, so that the declaration is retried
     */
    @EventListener
    void onFailedDeclaration(DeclarationExceptionEvent event) {
        String name = event.getDeclarable() instanceof Queue queue
                ? "queue " + queue.getName()
                : event.getDeclarable() instanceof Exchange exchange
                        ? "exchange " + exchange.getName()
                        : String.valueOf(event.getDeclarable());
        DeclarationMismatch mismatch = DeclarationMismatch.of(name, event.getThrowable());
        if (mismatch == null) {
            throw new AmqpException("a declaration failed", event.getThrowable());
        }
        failed.add(name);
        String reason = mismatch.toString();
        if (!reason.equals(mismatches.put(name, reason))) {
            log.error(reason);
        }
    }

    @Override
    public Health health() {
        recheck();
        return mismatches.isEmpty()
                ? Health.up().build()
                : Health.down().withDetails(new TreeMap<>(mismatches)).build();
    }

    private synchronized void recheck() {
        if (mismatches.isEmpty() || System.nanoTime() - lastCheck < checkInterval.toNanos()) {
            return;
        }
        lastCheck = System.nanoTime();
        failed.clear();
        try {
            admin.initialize();
        } catch (AmqpException e) {
            log.debug("queues cannot be declared while the broker is unavailable", e);
            return;
        }
        for (String name : Set.copyOf(mismatches.keySet())) {
            if (!failed.contains(name)) {
                mismatches.remove(name);
                log.info("{} has been declared", name);
            }
        }
    }
}
