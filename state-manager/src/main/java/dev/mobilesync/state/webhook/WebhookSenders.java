package dev.mobilesync.state.webhook;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.config.SimpleRabbitListenerContainerFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.SmartLifecycle;

/** Consumes the queue of each endpoint. Of several instances, one consumes a queue at a time; the broker selects it. */
final class WebhookSenders implements SmartLifecycle {

    /** Stops after {@code ReadinessDrain} and before everything else. */
    private static final int PHASE = Integer.MAX_VALUE - 1;

    private static final Logger log = LoggerFactory.getLogger(WebhookSenders.class);
    private static final long RECOVERY_INTERVAL_MILLIS = 1_000;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final List<EndpointSender> senders;
    private final List<SimpleMessageListenerContainer> containers;
    private volatile boolean running;

    /**
     * @param prefetch the changes of an endpoint that an instance holds in memory
     */
    WebhookSenders(List<EndpointSender> senders, SimpleRabbitListenerContainerFactory factory, int prefetch) {
        this.senders = senders;
        this.containers = senders.stream()
                .map(sender -> container(sender, factory, prefetch))
                .toList();
    }

    private static SimpleMessageListenerContainer container(
            EndpointSender sender, SimpleRabbitListenerContainerFactory factory, int prefetch) {
        SimpleMessageListenerContainer container = factory.createListenerContainer();
        container.setListenerId("webhook-" + sender.endpoint().name());
        container.setQueueNames(sender.endpoint().queue());
        container.setPrefetchCount(prefetch);
        container.setRecoveryInterval(RECOVERY_INTERVAL_MILLIS);
        container.setObservationEnabled(false);
        container.setMicrometerEnabled(false);
        container.setMessageListener(sender);
        container.afterPropertiesSet();
        return container;
    }

    @Override
    public void start() {
        containers.forEach(SimpleMessageListenerContainer::start);
        running = true;
    }

    /** Waits for the requests in flight. The other changes return to their queues. */
    @Override
    public void stop() {
        running = false;
        await(senders.stream().map(EndpointSender::drain));
        senders.forEach(EndpointSender::close);
        await(containers.stream().map(container -> {
            CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();
            container.stop(() -> stopped.complete(null));
            return stopped;
        }));
    }

    private static void await(Stream<CompletableFuture<@Nullable Void>> all) {
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("requests in flight will be repeated", e);
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
