package dev.mobilesync.socket.request;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.socket.SocketExecutors;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few publishers, each with one thread and the messages that wait for it in memory. Each examinee is assigned to one, so that their
 * messages stay ordered.
 */
final class SerialPublishers {

    private static final Logger log = LoggerFactory.getLogger(SerialPublishers.class);
    private static final int PUBLISHERS = 16;
    private static final int MAX_QUEUED = 10_000;
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

    private final ConfirmedPublisher publisher;
    private final List<SerialPublisher> serialPublishers;

    /** @param name the label of the circuits' metric, and a part of the threads' names */
    SerialPublishers(String name, ConfirmedPublisher publisher, MeterRegistry meters) {
        this.publisher = publisher;
        this.serialPublishers = IntStream.range(0, PUBLISHERS)
                .mapToObj(number -> new SerialPublisher("socket-" + name + "-" + number))
                .toList();
        CircuitBreaker.register(
                meters,
                name,
                serialPublishers.stream()
                        .map(serialPublisher -> serialPublisher.brokerBreaker)
                        .toList());
    }

    SerialPublisher of(ExamineeKey examinee) {
        return serialPublishers.get(Math.floorMod(examinee.hashCode(), PUBLISHERS));
    }

    /**
     * Publishes once, after the examinee's earlier messages.
     *
     * @param onResult receives whether the broker has confirmed the message
     * @throws RejectedExecutionException if too many messages wait
     */
    void publish(ExamineeKey examinee, OutboundMessage message, Consumer<Boolean> onResult) {
        SerialPublisher serialPublisher = of(examinee);
        serialPublisher.execute(() -> onResult.accept(serialPublisher.publish(message)));
    }

    void shutdown() {
        serialPublishers.forEach(serialPublisher -> serialPublisher.executor.shutdownNow());
    }

    /** One thread. After a failure it rejects messages for a second, so that a backlog fails fast. */
    final class SerialPublisher {

        private final ThreadPoolExecutor executor;
        private final CircuitBreaker brokerBreaker = new CircuitBreaker("the broker", 1, PROBE_INTERVAL);

        private SerialPublisher(String name) {
            executor = SocketExecutors.pool(name, 1, MAX_QUEUED);
        }

        /** @throws RejectedExecutionException if too many tasks wait */
        void execute(Runnable task) {
            executor.execute(task);
        }

        /** Publishes, and waits for the broker's confirm. Returns whether it came. */
        boolean publish(OutboundMessage message) {
            try {
                brokerBreaker.run(() -> publisher.publish(message));
                return true;
            } catch (PublishFailedException | CircuitBreaker.CallNotPermittedException e) {
                log.debug("could not publish to {}", message.routingKey(), e);
            } catch (RuntimeException e) {
                log.error("could not publish to {}", message.routingKey(), e);
            }
            return false;
        }
    }
}
