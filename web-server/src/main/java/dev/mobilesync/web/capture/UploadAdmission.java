package dev.mobilesync.web.capture;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuthenticatedCaller;
import dev.mobilesync.service.security.CallerAuthentication;
import dev.mobilesync.web.body.BodyRoute;
import dev.mobilesync.web.common.ApiException;
import dev.mobilesync.web.common.Deadline;
import dev.mobilesync.web.common.Ids;
import dev.mobilesync.web.common.WebServerProperties;
import dev.mobilesync.web.pairing.DeviceBindings;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.util.matcher.RequestMatcher.MatchResult;

/**
 * Who may upload, decided before the body is received: a phone of this examinee, with at most so many uploads at once.
 * A slot is taken once the whole body is there.
 */
final class UploadAdmission implements BodyRoute.Admission {

    private static final String TICKET = UploadAdmission.class.getName();

    private final DeviceBindings devices;
    private final UploadSlots slots;
    private final Duration slotWait;
    private final Duration answerWithin;
    private final int maxPerExaminee;
    private final Map<ExamineeKey, Integer> inFlight = new ConcurrentHashMap<>();

    UploadAdmission(WebServerProperties settings, DeviceBindings devices, UploadSlots slots) {
        this.devices = devices;
        this.slots = slots;
        this.answerWithin = settings.answerWithin();
        Duration half = answerWithin.dividedBy(2);
        this.slotWait = settings.uploadWait().compareTo(half) < 0 ? settings.uploadWait() : half;
        this.maxPerExaminee = settings.maxUploadsPerExaminee();
    }

    /** The phone that uploads; no other may. */
    static AuthenticatedCaller.Device phone(String planId, String examineeId, @Nullable Object caller) {
        ExamineeKey examinee = Ids.examinee(planId, examineeId);
        if (caller instanceof AuthenticatedCaller.Device phone && phone.isDeviceOf(examinee)) {
            return phone;
        }
        throw new ApiException(ErrorCode.FORBIDDEN, "only a phone of this examinee may upload");
    }

    /** What the request was admitted with; {@code null} where it has no body. */
    static @Nullable Ticket ticket(HttpServletRequest request) {
        return (Ticket) request.getAttribute(TICKET);
    }

    @Override
    public BodyRoute.Ticket admit(HttpServletRequest request, MatchResult match) {
        Map<String, String> ids = match.getVariables();
        Principal caller = request.getUserPrincipal();
        AuthenticatedCaller.Device phone = phone(
                ids.getOrDefault("planId", ""),
                ids.getOrDefault("examineeId", ""),
                caller instanceof CallerAuthentication known ? known.getPrincipal() : null);
        devices.requireCurrent(phone);
        ExamineeKey examinee = phone.examinee();
        if (inFlight.merge(examinee, 1, Integer::sum) > maxPerExaminee) {
            leave(examinee);
            throw new ApiException(
                    ErrorCode.TOO_MANY_REQUESTS, "more than " + maxPerExaminee + " uploads of this examinee at once");
        }
        Ticket ticket = new Ticket(examinee);
        request.setAttribute(TICKET, ticket);
        return ticket;
    }

    private void leave(ExamineeKey examinee) {
        inFlight.computeIfPresent(examinee, (key, count) -> count == 1 ? null : count - 1);
    }

    /** An upload in flight. */
    final class Ticket implements BodyRoute.Ticket {

        private final ExamineeKey examinee;
        private boolean hasSlot;
        private boolean waitedInVain;
        private boolean closed;
        private @Nullable Deadline deadline;

        private Ticket(ExamineeKey examinee) {
            this.examinee = examinee;
        }

        @Override
        public void onReceived(Runnable handle) {
            synchronized (this) {
                deadline = Deadline.in(answerWithin);
            }
            slots.acquire(slotWait).thenAccept(acquired -> {
                if (keep(acquired)) {
                    handle.run();
                } else if (acquired) {
                    slots.release();
                }
            });
        }

        /** Returns whether the request still wants to be handled. */
        private synchronized boolean keep(boolean acquired) {
            hasSlot = acquired && !closed;
            waitedInVain = !acquired;
            return !closed;
        }

        /**
         * Requires a slot.
         *
         * @throws Refusal {@code TOO_MANY_REQUESTS} if there was none in time
         */
        synchronized void requireSlot() {
            if (waitedInVain) {
                throw new ApiException(ErrorCode.TOO_MANY_REQUESTS, "too many uploads are being handled");
            }
        }

        /** By when it is to be answered, counted from its last byte; {@code null} where the body did not arrive. */
        synchronized @Nullable Deadline deadline() {
            return deadline;
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
