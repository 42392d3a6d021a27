package dev.mobilesync.socket.device;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.service.redis.PipelinedReads;
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
 * Admits only the phone that was paired last, and none whose pairing a reset has ended. Another phone cannot connect; if it is
 * connected, it is disconnected soon after the pairing or the reset is broadcast, or by the regular check: a pairing after a
 * completed step is not broadcast.
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
                        () -> submit(() -> disconnectUnpaired(sessions.phones())),
                        CHECK_INTERVAL.toMillis(),
                        CHECK_INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Completes if the phone's pairing is current, otherwise fails with a {@link FrameRejectedException}: {@code
     * DEVICE_REPLACED}, {@code PAIRING_ENDED}, {@code TOKEN_UNCHECKED} while Redis is unavailable, {@code OVERLOADED}.
     */
    public CompletableFuture<Void> requireCurrent(Device phone) {
        try {
            return CompletableFuture.runAsync(() -> check(phone), executors.blocking());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new FrameRejectedException(DisconnectReason.OVERLOADED));
        }
    }

    private void check(Device phone) {
        Device.PairingState[] pairing = {Device.PairingState.CURRENT};
        try {
            breaker.run(() ->
                    pairing[0] = phone.pairing(redis.opsForValue().get(RedisKeys.pairedDevice(phone.examinee()))));
        } catch (DataAccessException | CircuitBreaker.CallNotPermittedException e) {
            throw new FrameRejectedException(DisconnectReason.TOKEN_UNCHECKED);
        }
        DisconnectReason reason = reasonOf(pairing[0]);
        if (reason != null) {
            throw new FrameRejectedException(reason);
        }
    }

    private static @Nullable DisconnectReason reasonOf(Device.PairingState pairing) {
        return switch (pairing) {
            case CURRENT -> null;
            case REPLACED -> DisconnectReason.DEVICE_REPLACED;
            case ENDED -> DisconnectReason.PAIRING_ENDED;
        };
    }

    /** Disconnects the examinee's phones that are no longer paired, soon after a pairing or a reset. */
    public void checkSoon(ExamineeKey examinee) {
        List<StompSession> phones = hub.subscriptions(examinee).stream()
                .map(Subscription::session)
                .filter(session -> phoneOf(session) != null)
                .toList();
        if (!phones.isEmpty()) {
            executors
                    .timer()
                    .schedule(
                            () -> submit(() -> disconnectUnpaired(phones)),
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

    private void disconnectUnpaired(List<StompSession> phones) {
        for (int i = 0; i < phones.size(); i += BATCH) {
            List<StompSession> batch = phones.subList(i, Math.min(i + BATCH, phones.size()));
            try {
                breaker.run(() -> disconnectUnpairedOf(batch));
            } catch (DataAccessException | CircuitBreaker.CallNotPermittedException e) {
                log.debug("phones are checked again later", e);
                return;
            }
        }
    }

    private void disconnectUnpairedOf(List<StompSession> batch) {
        List<@Nullable Object> pairedDevices = PipelinedReads.readAll(redis, batch, (connection, session) -> connection
                .stringCommands()
                .get(RedisKeys.pairedDevice(
                                Objects.requireNonNull(phoneOf(session)).examinee())
                        .getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < batch.size(); i++) {
            Device phone = Objects.requireNonNull(phoneOf(batch.get(i)));
            if (pairedDevices.get(i) instanceof Exception) {
                continue;
            }
            DisconnectReason reason = reasonOf(phone.pairing((String) pairedDevices.get(i)));
            if (reason != null) {
                batch.get(i).disconnect(reason);
            }
        }
    }

    private static @Nullable Device phoneOf(StompSession session) {
        SessionPrincipal principal = session.principal();
        return principal == null ? null : principal.phone();
    }
}
