package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.CallerAuthentication;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.common.TimeLimit;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.http.ApiException;
import dev.mobilesync.web.http.PathIds;
import dev.mobilesync.web.pairing.PairedDevices;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.security.web.util.matcher.RequestMatcher.MatchResult;
import org.springframework.stereotype.Component;

/**
 * Admits uploads before their bodies are received: from the examinee's current phone, with a limit per examinee. An
 * upload acquires a slot when its whole body has arrived.
 */
@Component
final class UploadAdmission implements BodyRoute.Admission {

    private static final String ATTRIBUTE = UploadAdmission.class.getName();

    private final PairedDevices pairedDevices;
    private final UploadSlots slots;
    private final Duration uploadSlotTimeout;
    private final Duration uploadResponseTimeout;
    private final int maxPerExaminee;
    private final Clock clock;
    private final UploadFaultInjector faultInjector;
    private final Map<ExamineeKey, Integer> inFlight = new ConcurrentHashMap<>();

    UploadAdmission(
            WebServerProperties properties,
            PairedDevices pairedDevices,
            UploadSlots slots,
            Clock clock,
            ObjectProvider<UploadFaultInjector> faultInjector) {
        this.pairedDevices = pairedDevices;
        this.slots = slots;
        this.clock = clock;
        this.faultInjector = faultInjector.getIfAvailable(() -> UploadFaultInjector.OFF);
        this.uploadResponseTimeout = properties.uploadResponseTimeout();
        Duration half = uploadResponseTimeout.dividedBy(2);
        this.uploadSlotTimeout =
                properties.uploadSlotTimeout().compareTo(half) < 0 ? properties.uploadSlotTimeout() : half;
        this.maxPerExaminee = properties.maxConcurrentUploadsPerExaminee();
    }

    /** Rejects all callers but phones of the examinee with {@code FORBIDDEN}. */
    static AuthenticatedCaller.Device requireDevice(String planId, String examineeId, @Nullable Object caller) {
        ExamineeKey examinee = PathIds.parseExaminee(planId, examineeId);
        if (caller instanceof AuthenticatedCaller.Device device && device.isDeviceOf(examinee)) {
            return device;
        }
        throw new ApiException(ErrorCode.FORBIDDEN, "only a phone of this examinee may upload");
    }

    @Override
    public BodyRoute.AdmittedRequest admit(HttpServletRequest request, MatchResult match) {
        Map<String, String> ids = match.getVariables();
        Principal principal = request.getUserPrincipal();
        AuthenticatedCaller.Device device = requireDevice(
                ids.getOrDefault("planId", ""),
                ids.getOrDefault("examineeId", ""),
                principal instanceof CallerAuthentication authentication ? authentication.getPrincipal() : null);
        pairedDevices.requireCurrent(device);
        ExamineeKey examinee = device.examinee();
        if (inFlight.merge(examinee, 1, Integer::sum) > maxPerExaminee) {
            leave(examinee);
            throw new ApiException(
                    ErrorCode.TOO_MANY_REQUESTS, "more than " + maxPerExaminee + " uploads of this examinee in flight");
        }
        Upload upload = new Upload(examinee, clock.instant());
        request.setAttribute(ATTRIBUTE, upload);
        return upload;
    }

    /**
     * Throws {@code TOO_MANY_REQUESTS} if no slot became free in time. An upload whose body was not received has requested no
     * slot.
     */
    void rejectIfSlotTimedOut(HttpServletRequest request) {
        Upload upload = (Upload) request.getAttribute(ATTRIBUTE);
        if (upload != null && upload.slotTimedOut()) {
            throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "too many uploads are being handled");
        }
    }

    /** Returns when the upload was admitted, which is before its body is received. */
    Instant startedAt(HttpServletRequest request) {
        Upload upload = (Upload) request.getAttribute(ATTRIBUTE);
        return upload == null ? clock.instant() : upload.startedAt;
    }

    /** Returns the time since the upload was admitted, including the transfer of its body. */
    Duration age(HttpServletRequest request) {
        return Duration.between(startedAt(request), clock.instant());
    }

    /** Returns the time limit of the response, which starts with the last byte of the body. */
    TimeLimit timeLimit(HttpServletRequest request) {
        Upload upload = (Upload) request.getAttribute(ATTRIBUTE);
        TimeLimit timeLimit = upload == null ? null : upload.timeLimit();
        return timeLimit == null ? TimeLimit.in(uploadResponseTimeout) : timeLimit;
    }

    private void leave(ExamineeKey examinee) {
        inFlight.computeIfPresent(examinee, (key, count) -> count == 1 ? null : count - 1);
    }

    /** An upload in flight. */
    private final class Upload implements BodyRoute.AdmittedRequest {

        private final ExamineeKey examinee;
        private final Instant startedAt;
        private boolean hasSlot;
        private boolean slotTimedOut;
        private boolean closed;
        private @Nullable TimeLimit timeLimit;

        private Upload(ExamineeKey examinee, Instant startedAt) {
            this.examinee = examinee;
            this.startedAt = startedAt;
        }

        @Override
        public void onReceived(Runnable handle) {
            Duration delay = faultInjector.delay(examinee);
            if (delay.isZero()) {
                acquireSlot(handle);
            } else {
                CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> acquireSlot(handle));
            }
        }

        private void acquireSlot(Runnable handle) {
            synchronized (this) {
                timeLimit = TimeLimit.in(uploadResponseTimeout);
            }
            slots.acquire(uploadSlotTimeout).thenAccept(acquired -> {
                if (recordSlot(acquired)) {
                    handle.run();
                } else if (acquired) {
                    slots.release();
                }
            });
        }

        /** Returns whether to continue the request, which is rejected if it has no slot. */
        private synchronized boolean recordSlot(boolean acquired) {
            hasSlot = acquired && !closed;
            slotTimedOut = !acquired;
            return !closed;
        }

        synchronized boolean slotTimedOut() {
            return slotTimedOut;
        }

        /** {@code null} until the body has arrived. */
        synchronized @Nullable TimeLimit timeLimit() {
            return timeLimit;
        }

        @Override
        public void close() {
            boolean release;
            synchronized (this) {
                release = hasSlot;
                hasSlot = false;
                closed = true;
            }
            if (release) {
                slots.release();
            }
            leave(examinee);
        }
    }
}
