package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import java.util.List;
import java.util.Map;

/**
 * The final state of a scenario.
 *
 * @param records the existing records
 * @param pictures the SHA-256 of each examinee's picture in the store, computed from its bytes, in hex
 */
record FinalState(
        Map<ExamineeKey, SyncRecord> records, Map<ExamineeKey, String> pictures, List<DeadLetter> deadLetters) {

    /**
     * @param processable whether state-manager could have processed the message
     */
    record DeadLetter(String messageId, String reason, boolean processable) {}
}
