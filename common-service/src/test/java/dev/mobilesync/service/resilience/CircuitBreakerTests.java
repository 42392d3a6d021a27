package dev.mobilesync.service.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.mobilesync.service.publishing.ConfirmedPublisher;
import dev.mobilesync.service.publishing.OutboundMessage;
import dev.mobilesync.service.publishing.PublishFailedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisSystemException;

class CircuitBreakerTests {

    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void opensAfterConsecutiveFailures() {
        CircuitBreaker breaker = new CircuitBreaker("Redis", 3, LONG);
        fail(breaker, new QueryTimeoutException("slow"));
        fail(breaker, new QueryTimeoutException("slow"));
        breaker.run(calls::incrementAndGet);
        fail(breaker, new QueryTimeoutException("slow"));
        fail(breaker, new QueryTimeoutException("slow"));
        breaker.run(calls::incrementAndGet);
        assertThat(calls).as("a success between failures").hasValue(2);

        for (int i = 0; i < 3; i++) {
            fail(breaker, new QueryTimeoutException("slow"));
        }
        assertThatThrownBy(() -> breaker.run(calls::incrementAndGet))
                .isInstanceOf(CircuitBreaker.CallNotPermittedException.class)
                .hasMessage("Redis is unavailable");
        assertThat(calls).hasValue(2);
    }

    @Test
    void registersNumberOfOpenCircuits() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CircuitBreaker one = new CircuitBreaker("Redis", 1, Duration.ZERO);
        CircuitBreaker two = new CircuitBreaker("Redis", 1, LONG);
        CircuitBreaker.register(meters, "test", List.of(one, two));
        fail(one, new QueryTimeoutException("slow"));
        fail(two, new QueryTimeoutException("slow"));
        assertThat(open(meters)).isEqualTo(2);

        one.run(calls::incrementAndGet);
        assertThat(open(meters)).isEqualTo(1);
    }

    /** A server that is available again must not stay reported as unavailable because no one calls it. */
    @Test
    void doesNotCountCircuitThatNoOneProbes() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CircuitBreaker breaker = new CircuitBreaker("the broker", 1, Duration.ofMillis(1));
        CircuitBreaker.register(meters, "test", List.of(breaker), Duration.ofMillis(50));
        fail(breaker, new QueryTimeoutException("slow"));
        await().pollInterval(Duration.ofMillis(5)).until(() -> open(meters) == 0);

        CircuitBreaker sameFailure = new CircuitBreaker("the broker", 1, Duration.ofMillis(1));
        CircuitBreaker.register(meters, "long", List.of(sameFailure), LONG);
        fail(sameFailure, new QueryTimeoutException("slow"));
        await().pollInterval(Duration.ofMillis(5)).until(sameFailure::tryAcquirePermission);
        assertThat(meters.get("mobile.sync.circuits.open")
                        .tag("circuit", "long")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    private static double open(SimpleMeterRegistry meters) {
        return meters.get("mobile.sync.circuits.open")
                .tag("circuit", "test")
                .gauge()
                .value();
    }

    @Test
    void countsFailedPublishing() {
        CircuitBreaker breaker = new CircuitBreaker("the broker", 1, LONG);
        ConfirmedPublisher stopped = new ConfirmedPublisher(
                new CachingConnectionFactory(), ObservationRegistry.NOOP, new SimpleMeterRegistry(), Set.of(), LONG);
        OutboundMessage message = OutboundMessage.deadLetter(new AMQP.BasicProperties(), new byte[0], "a test");
        assertThatThrownBy(() -> breaker.run(() -> stopped.publish(message)))
                .isInstanceOf(PublishFailedException.class);
        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    @Test
    void opensAfterAsynchronousFailures() {
        CircuitBreaker breaker = new CircuitBreaker("Redis", 2, LONG);
        CompletableFuture<String> result = new CompletableFuture<>();
        CompletableFuture<String> call = breaker.runAsync(() -> result.thenApply(reply -> reply));
        breaker.runAsync(() -> CompletableFuture.failedFuture(new IllegalStateException("a defect")));
        breaker.runAsync(() -> CompletableFuture.failedFuture(new QueryTimeoutException("slow")));
        assertThat(breaker.tryAcquirePermission()).isTrue();
        result.completeExceptionally(new QueryTimeoutException("slow"));
        assertThat(call).isCompletedExceptionally();

        assertThatThrownBy(breaker.runAsync(() -> CompletableFuture.completedFuture("not called"))::join)
                .hasCauseInstanceOf(CircuitBreaker.CallNotPermittedException.class);
    }

    @Test
    void ignoresDefects() {
        CircuitBreaker breaker = new CircuitBreaker("Redis", 1, LONG);
        fail(breaker, new IllegalStateException("a defect"));
        breaker.run(calls::incrementAndGet);
        assertThat(calls).hasValue(1);
    }

    /** One key of another type must not block the callers of all other keys. */
    @Test
    void ignoresKeysOfWrongType() {
        DataAccessException wrongType = new RedisSystemException(
                "Error in execution", new IllegalStateException("WRONGTYPE Operation against a key"));
        CircuitBreaker breaker = new CircuitBreaker("Redis", 1, LONG);
        fail(breaker, wrongType);
        breaker.runAsync(() -> CompletableFuture.failedFuture(wrongType));
        breaker.onError(new ExecutionException(wrongType));
        breaker.run(calls::incrementAndGet);
        assertThat(calls).hasValue(1);
    }

    @Test
    void closesAfterSuccessfulProbe() {
        Duration interval = Duration.ofMillis(50);
        CircuitBreaker breaker = new CircuitBreaker("Redis", 1, interval);
        fail(breaker, new QueryTimeoutException("slow"));
        assertThat(breaker.tryAcquirePermission()).isFalse();

        await().pollInterval(Duration.ofMillis(5)).until(breaker::tryAcquirePermission);
        assertThat(breaker.tryAcquirePermission()).as("a second probe").isFalse();
        breaker.onError(new QueryTimeoutException("slow"));
        assertThat(breaker.tryAcquirePermission()).isFalse();

        await().pollInterval(Duration.ofMillis(5)).until(breaker::tryAcquirePermission);
        breaker.onSuccess();
        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
    }

    private static void fail(CircuitBreaker breaker, RuntimeException failure) {
        assertThatThrownBy(() -> breaker.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }
}
