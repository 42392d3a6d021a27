package dev.mobilesync.reliability;

import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses any instance whose last {@code /readyz}, polled twice per second, returned 200; any instance if there is none.
 * A refused connection is retried on another instance.
 */
final class LoadBalancer implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    private final List<ServiceInstance> instances;
    private final Map<ServiceInstance, Boolean> ready = new ConcurrentHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();
    private final AtomicInteger retried = new AtomicInteger();
    private volatile @Nullable ServiceInstance only;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "balancer");
        thread.setDaemon(true);
        return thread;
    });

    LoadBalancer(List<ServiceInstance> instances) {
        this.instances = instances;
        timer.scheduleWithFixedDelay(this::probe, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void probe() {
        for (ServiceInstance instance : instances) {
            http.sendAsync(
                            HttpRequest.newBuilder(instance.uri().resolve("/readyz"))
                                    .timeout(PROBE_TIMEOUT)
                                    .build(),
                            BodyHandlers.discarding())
                    .whenComplete((response, failure) ->
                            ready.put(instance, failure == null && response.statusCode() == 200));
        }
    }

    /** Routes all users to this instance, or to any again with {@code null}. */
    void pinTo(@Nullable ServiceInstance instance) {
        only = instance;
    }

    ServiceInstance choose(Random random) {
        ServiceInstance pinned = only;
        if (pinned != null) {
            return pinned;
        }
        List<ServiceInstance> candidates = instances.stream()
                .filter(instance -> ready.getOrDefault(instance, true))
                .toList();
        List<ServiceInstance> eligible = candidates.isEmpty() ? instances : candidates;
        return eligible.get(random.nextInt(eligible.size()));
    }

    /**
     * Whether to retry a failed request immediately on another instance without notifying the user: only a refused connection,
     * because then the instance received nothing.
     */
    boolean retriesElsewhere(ServiceInstance instance, Throwable failure) {
        if (!isRefusal(failure)) {
            return false;
        }
        ready.put(instance, false);
        boolean another = instances.stream().anyMatch(other -> ready.getOrDefault(other, true));
        if (another) {
            retried.incrementAndGet();
        }
        return another;
    }

    /** The number of these retries. */
    int retriedElsewhere() {
        return retried.get();
    }

    private static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
