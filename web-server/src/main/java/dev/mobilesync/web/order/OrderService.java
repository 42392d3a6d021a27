package dev.mobilesync.web.order;

import dev.mobilesync.messages.AmqpNames;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.request.OrderAudit;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.service.security.AuthenticatedCaller.PlanSupervisor;
import dev.mobilesync.web.http.ApiException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Publishes orders, each under the message id and the time of the first request with its {@code Idempotency-Key}. A repetition
 * of a confirmed order is not published. A repetition of an unconfirmed one publishes an equal message, which state-manager
 * recognizes: also if this service has crashed between the publication and its response.
 */
@Component
class OrderService {

    private static final Logger log = LoggerFactory.getLogger(OrderService.class);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

    private final IdempotencyKeyStore keys;
    private final ConfirmedPublisher publisher;
    private final CircuitBreaker brokerBreaker = new CircuitBreaker("the broker", 1, PROBE_INTERVAL);

    OrderService(IdempotencyKeyStore keys, ConfirmedPublisher publisher, MeterRegistry meters) {
        CircuitBreaker.register(meters, "orders", List.of(brokerBreaker));
        this.keys = keys;
        this.publisher = publisher;
    }

    /** An order that the broker has confirmed. */
    record Published(MobileSyncOrder order, String messageId) {}

    /**
     * Publishes an order unless a request with the same key has published it.
     *
     * @param address of the client, for the audit log
     * @throws ApiException {@code INVALID_REQUEST} if the key belongs to another order, {@code STATE_UNAVAILABLE} if Redis is
     *     unavailable, {@code STATUS_PUBLISH_FAILED} if the broker does not confirm; the order may take effect nevertheless
     */
    Published publish(MobileSyncOrder given, PlanSupervisor by, String key, String address) {
        IdempotencyKeyStore.Entry entry = reserve(given, by, key);
        if (!entry.isOf(given)) {
            throw ApiException.withReason(
                    "IDEMPOTENCY_KEY_REUSED",
                    ErrorCode.INVALID_REQUEST,
                    "this Idempotency-Key belongs to another order");
        }
        MobileSyncOrder order = given.at(entry.timestamp());
        Published published = new Published(order, AmqpNames.messageId("order", by.role(), by.subject(), key));
        if (entry.confirmed()) {
            audit(order, by, address, "repeated");
            return published;
        }
        // Before publishing, because after a crash the order may take effect although no result was logged.
        audit(order, by, address, "publishing");
        try {
            brokerBreaker.run(() -> publisher.publish(OutboundMessage.toStatusQueue(order, published.messageId())));
        } catch (PublishFailedException | CircuitBreaker.CallNotPermittedException e) {
            audit(order, by, address, "unconfirmed");
            throw new ApiException(
                    ErrorCode.STATUS_PUBLISH_FAILED,
                    "the order is not confirmed; send it again with the same Idempotency-Key",
                    e);
        }
        audit(order, by, address, "confirmed");
        confirm(entry, by, key);
        return published;
    }

    private IdempotencyKeyStore.Entry reserve(MobileSyncOrder given, PlanSupervisor by, String key) {
        try {
            return keys.reserve(by, key, given);
        } catch (DataAccessException e) {
            throw new ApiException(ErrorCode.STATE_UNAVAILABLE, "orders cannot be accepted at the moment", e);
        }
    }

    private void confirm(IdempotencyKeyStore.Entry entry, PlanSupervisor by, String key) {
        try {
            keys.confirm(by, key, entry);
        } catch (DataAccessException e) {
            log.warn("a repetition of an order will be published again: {}", e.getMessage());
        }
    }

    private static void audit(MobileSyncOrder order, PlanSupervisor by, String address, String result) {
        OrderAudit.of(order, by).with("address", address).with("result", result).write();
    }
}
