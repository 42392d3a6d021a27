package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that was observed or done during a scenario. Times are of the tests' clock, unless they are part of a message. */
sealed interface Event {

    Instant at();

    /** An upload has been sent; {@code picture} is its SHA-256 in hex. */
    record Uploading(Instant at, ExamineeKey examinee, String server, String picture, int attempt) implements Event {}

    /**
     * It was answered.
     *
     * @param code of a problem
     * @param timestamp of the message that a 201 has for a body
     */
    record Answered(
            Instant at,
            ExamineeKey examinee,
            String server,
            String picture,
            int attempt,
            int status,
            @Nullable String code,
            @Nullable Instant timestamp,
            Duration took)
            implements Event {}

    /** It was not answered. */
    record Unanswered(
            Instant at, ExamineeKey examinee, String server, String picture, int attempt, String why, Duration took)
            implements Event {}

    /** A browser's subscription is in force; connections are counted from 1 per browser. */
    record Subscribed(Instant at, ExamineeKey examinee, String server, int connection, Duration took)
            implements Event {}

    /** The broker has taken that the examinee entered the step. */
    record Entered(Instant at, ExamineeKey examinee, int connection) implements Event {}

    /** A browser's connection ended, or was not even made; {@code code} is the WebSocket's. */
    record Disconnected(Instant at, ExamineeKey examinee, String server, int connection, int code, String why)
            implements Event {}

    /**
     * A browser received a message.
     *
     * @param examinee whose browser it is
     * @param about whom the message is about
     * @param revision {@code null} where no record stands behind the message
     */
    record Received(
            Instant at,
            ExamineeKey examinee,
            int connection,
            String type,
            ExamineeKey about,
            Status status,
            Instant timestamp,
            @Nullable Long revision)
            implements Event {}

    /**
     * A broadcast reached the socket-servers; one event per delivery.
     *
     * @param revision {@code null} where no record stands behind it
     */
    record Published(
            Instant at,
            String messageId,
            ExamineeKey examinee,
            Status status,
            @Nullable Long revision) implements Event {}

    /**
     * What there was of an examinee at the end.
     *
     * @param picture the SHA-256 of what the store has
     */
    record Ended(
            Instant at,
            ExamineeKey examinee,
            @Nullable Status status,
            @Nullable Long revision,
            @Nullable String picture)
            implements Event {}

    /** How many threads of the whole machine want a processor, per processor. */
    record CpuSample(Instant at, double runnable) implements Event {}

    /** What the scenario did. */
    record Fault(Instant at, String what) implements Event {}
}
