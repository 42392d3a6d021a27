package dev.mobilesync.messages;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order of a proctor or of the exam platform's server. From socket-server or web-server to state-manager.
 *
 * @param reason at most 500 characters; the reason of a retake is shown to the examinee
 * @param by who gave it: {@code sub} of the token, at most 128 characters
 * @param timestamp when it was given; equal for each publication of the same order
 * @param deadline the new deadline; present only for {@code EXTEND}
 * @param role whether a proctor or the platform's server gave it; {@code null} in orders of older releases
 */
public record MobileSyncOrder(
        String planId,
        String examineeId,
        Order order,
        String reason,
        String by,
        Instant timestamp,
        @Nullable Instant deadline,
        @Nullable Role role)
        implements StatusQueueMessage {

    public enum Order {
        /** Requests a new picture, even if one is stored. */
        RETAKE,
        /** Sets a new deadline. */
        EXTEND,
        /** Completes the step, with or without a picture. */
        ACCEPT,
        /** Starts the step from its beginning: ends the pairing, and removes picture and acceptance from the record. */
        RESET
    }

    /** Who may give orders. */
    public enum Role {
        PROCTOR,
        SERVICE
    }

    /** The furthest deadline that an {@code EXTEND} may set, from the time of its processing. */
    public static final Duration MAX_EXTENSION = Duration.ofHours(24);

    private static final int MAX_REASON = 500;
    private static final int MAX_BY = 128;

    public MobileSyncOrder {
        new ExamineeKey(planId, examineeId);
        requireNonNull(order, "order");
        requireNonNull(timestamp, "timestamp");
        requireText("reason", reason, MAX_REASON);
        requireText("by", by, MAX_BY);
        if ((deadline != null) != (order == Order.EXTEND)) {
            throw new IllegalArgumentException("deadline belongs to EXTEND, and only to it");
        }
    }

    /** Returns the same order, given at another time. */
    public MobileSyncOrder at(Instant time) {
        return new MobileSyncOrder(planId, examineeId, order, reason, by, time, deadline, role);
    }

    private static void requireText(String name, @Nullable String value, int max) {
        if (value == null || value.isBlank() || value.length() > max) {
            throw new IllegalArgumentException(name + " must have 1 to " + max + " characters");
        }
    }
}
