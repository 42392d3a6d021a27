package dev.mobilesync.socket.device;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.resilience.CircuitBreaker;
import dev.mobilesync.service.security.AuthenticatedCaller.Device;
import dev.mobilesync.socket.SocketExecutors;
import dev.mobilesync.socket.session.Hub;
import dev.mobilesync.socket.session.SessionPrincipal;
import dev.mobilesync.socket.session.SessionRegistry;
import dev.mobilesync.socket.session.StompSession;
import dev.mobilesync.socket.session.Subscription;
import dev.mobilesync.socket.stomp.DisconnectReason;
import dev.mobilesync.socket.stomp.FrameRejectedException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Admits only the phone that was paired last. A replaced phone cannot connect; if it is connected, it is disconnected soon after
 * the pairing is broadcast, or by the regular check: a pairing after a completed step is not broadcast.
 */
@Component
public final class PhoneConnections {

    private static final Logger log = LoggerFactory.getLogger(PhoneConnections.class);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);
    /** web-server stores the phone after it has published the pairing. */
    private static final Duration CHECK_DELAY = Duration.ofMillis(500);

    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
    private static final int BATCH = 500;

    private final StringRedisTemplate redis;
    private final SessionRegistry sessions;
    private final Hub hub;
    private final SocketExecutors executors;
    private final CircuitBreaker breaker =
            new CircuitBreaker("Redis, which holds the paired phones,", 1, PROBE_INTERVAL);
    private final Executor checks = SocketExecutors.pool("socket-phones", 1, 1_000);

    PhoneConnections(
            StringRedisTemplate redis,
            SessionRegistry sessions,
            Hub hub,
            SocketExecutors executors,
            MeterRegistry meters) {
        CircuitBreaker.register(meters, "paired-phones", List.of(breaker));
        this.redis = redis;
        this.sessions = sessions;
        this.hub = hub;
        this.executors = executors;
        executors
                .timer()
                .scheduleWithFixedDelay(
                        () -> submit(() -> disconnectReplaced(sessions.phones())),
                        CHECK_INTERVAL.toMillis(),
                        CHECK_INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Completes if no other pairing has replaced the phone, otherwise fails with a {@link FrameRejectedException}: {@code
     * DEVICE_REPLACED}, {@code TOKEN_UNCHECKED} while Redis is unavailable, {@code OVERLOADED}.
     */
    public CompletableFuture<Void> requireCurrent(Device phone) {
        try {
            return CompletableFuture.runAsync(() -> check(phone), executors.connects());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new FrameRejectedException(DisconnectReason.OVERLOADED));
        }
    }

    private void check(Device phone) {
        boolean[] current = new boolean[1];
        try {
            breaker.run(() ->
                    current[0] = phone.isCurrent(redis.opsForValue().get(RedisKeys.pairedDevice(phone.examinee()))));
        } catch (DataAccessException | CircuitBreaker.CallNotPermittedException e) {
            throw new FrameRejectedException(DisconnectReason.TOKEN_UNCHECKED);
        }
        if (!current[0]) {
            throw new FrameRejectedException(DisconnectReason.DEVICE_REPLACED);
        }
    }

    /** Disconnects the examinee's replaced phones, soon after a pairing. */
    public void onPaired(ExamineeKey examinee) {
        List<StompSession> phones = hub.subscriptions(examinee).stream()
                .map(Subscription::session)
                .filter(session -> phoneOf(session) != null)
                .toList();
        if (!phones.isEmpty()) {
            executors
                    .timer()
                    .schedule(
                            () -> submit(() -> disconnectReplaced(phones)),
                            CHECK_DELAY.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void submit(Runnable check) {
        try {
            checks.execute(check);
        } catch (RejectedExecutionException e) {
            log.debug("too many checks of phones; the next regular one covers this", e);
        }
    }

    private void disconnectReplaced(List<StompSession> phones) {
        for (int i = 0; i < phones.size(); i += BATCH) {
            List<StompSession> batch = phones.subList(i, Math.min(i + BATCH, phones.size()));
            try {
                breaker.run(() -> disconnectReplacedOf(batch));
            } catch (DataAccessException | CircuitBreaker.CallNotPermittedException e) {
                log.debug("phones are checked again later", e);
                return;
            }
        }
    }

    private void disconnectReplacedOf(List<StompSession> batch) {
        List<@Nullable Object> pairedDevices =
                RedisTypeErrors.pipelined(redis, batch, (connection, session) -> connection
                        .stringCommands()
                        .get(RedisKeys.pairedDevice(
                                        Objects.requireNonNull(phoneOf(session)).examinee())
                                .getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < batch.size(); i++) {
            Device phone = Objects.requireNonNull(phoneOf(batch.get(i)));
            if (!(pairedDevices.get(i) instanceof Exception) && !phone.isCurrent((String) pairedDevices.get(i))) {
                batch.get(i).disconnect(DisconnectReason.DEVICE_REPLACED);
            }
        }
    }

    private static @Nullable Device phoneOf(StompSession session) {
        SessionPrincipal principal = session.principal();
        return principal == null ? null : principal.phone();
    }
}
