package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An observation or action of a scenario. Times are of the tests' clock unless they are part of a message. */
sealed interface Event {

    Instant at();

    /** An upload was sent; {@code picture} is its SHA-256 in hex. */
    record Uploading(Instant at, ExamineeKey examinee, String server, String picture, int attempt) implements Event {}

    /**
     * An upload was answered.
     *
     * @param code the error code of a problem
     * @param timestamp the timestamp of the message in a 201
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

    /** An upload was not answered. */
    record Unanswered(
            Instant at, ExamineeKey examinee, String server, String picture, int attempt, String why, Duration took)
            implements Event {}

    /**
     * A request of a pairing was answered, or not.
     *
     * @param status 0 without a response
     */
    record PairingAnswered(Instant at, ExamineeKey examinee, String server, String path, int status) implements Event {

        boolean isSuccess() {
            return status == 200 || status == 201;
        }
    }

    /** A proctor's order was sent, possibly again. */
    record Ordered(Instant at, ExamineeKey examinee, Order order) implements Event {}

    /** A proctor received an examinee's picture; {@code picture} is its SHA-256 in hex. */
    record PictureSeen(Instant at, ExamineeKey examinee, String server, String picture) implements Event {}

    /** A browser's subscription is active; connections count from 1 per browser. */
    record Subscribed(Instant at, ExamineeKey examinee, String server, int connection, Duration took)
            implements Event {}

    /** The broker confirmed that the examinee entered the step. */
    record Entered(Instant at, ExamineeKey examinee, int connection) implements Event {}

    /** A browser's connection ended or failed; {@code code} is the WebSocket close code. */
    record Disconnected(Instant at, ExamineeKey examinee, String server, int connection, int code, String why)
            implements Event {}

    /**
     * A browser received a message.
     *
     * @param examinee the examinee of the browser
     * @param about the examinee of the message
     * @param revision {@code null} for a message without a record
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
     * @param revision {@code null} for a message without a record
     */
    record Published(
            Instant at,
            String messageId,
            ExamineeKey examinee,
            Status status,
            @Nullable Long revision) implements Event {}

    /**
     * The final state of an examinee.
     *
     * @param picture the SHA-256 of the stored picture
     */
    record Ended(
            Instant at,
            ExamineeKey examinee,
            @Nullable Status status,
            @Nullable Long revision,
            @Nullable String picture)
            implements Event {}

    /** The number of runnable threads of the machine per CPU. */
    record CpuSample(Instant at, double runnable) implements Event {}

    /** A response, a frame or a broadcast that is not as the API documents say. */
    record Undocumented(Instant at, String difference) implements Event {}

    /** An action of the scenario. */
    record Fault(Instant at, String what) implements Event {}
}
