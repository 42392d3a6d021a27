package dev.mobilesync.admin.story;

import dev.mobilesync.admin.deadletter.DeadLetterSummary;
import dev.mobilesync.messages.HistoryEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stored state of one examinee, and its history. It contains no names of persons, no tokens and no pictures.
 *
 * @param record the fields of the record, as in Redis; empty without a record
 * @param recordProblem why services cannot read the record; {@code null} if they can
 * @param deadline when the wait times out, or until when an instance has leased the passed deadline; {@code null} if none is scheduled
 * @param pairedDevice the phone that was paired last
 * @param listedInPlan whether the index of the plan, which boards read, has the examinee
 * @param expected whether the roster of the plan has the examinee
 * @param pictures all stored versions, the oldest first
 * @param events the changes of the record by messages and timeouts, the oldest first; state-manager keeps the last 50 changes, orders
 *     included
 * @param orders the changes of the record by orders of proctors and of the platform's server
 * @param deadLetters the messages about the examinee that could not be processed or delivered
 * @param unavailable why a part is missing, by its name
 */
record Story(
        String planId,
        String examineeId,
        Map<String, String> record,
        @Nullable String recordProblem,
        @Nullable Instant deadline,
        @Nullable String pairedDevice,
        boolean listedInPlan,
        boolean expected,
        List<Picture> pictures,
        List<HistoryEntry> events,
        List<HistoryEntry> orders,
        List<DeadLetterSummary> deadLetters,
        Map<String, String> unavailable) {

    /**
     * A version of the examinee's picture.
     *
     * @param takenAt the time of the capture; {@code null} of a delete marker
     * @param version {@code null} in a store without versions
     */
    record Picture(
            @Nullable Instant takenAt,
            Instant storedAt,
            @Nullable String deviceId,
            @Nullable String version,
            boolean latest,
            boolean deleteMarker) {}

    /** Whether there is no trace of the examinee. */
    boolean isEmpty() {
        return record.isEmpty()
                && recordProblem == null
                && deadline == null
                && pairedDevice == null
                && !listedInPlan
                && pictures.isEmpty()
                && events.isEmpty()
                && orders.isEmpty()
                && deadLetters.isEmpty()
                && !expected;
    }
}
