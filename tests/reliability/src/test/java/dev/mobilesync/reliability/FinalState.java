package dev.mobilesync.reliability;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import java.util.List;
import java.util.Map;

/**
 * What is there when all is over.
 *
 * @param records of those who have one
 * @param pictures the SHA-256 of each examinee's picture in the store, computed from its bytes, in hex
 */
record FinalState(
        Map<ExamineeKey, SyncRecord> records, Map<ExamineeKey, String> pictures, List<DeadLetter> deadLetters) {

    /**
     * @param processable whether it is a message that could have been processed
     */
    record DeadLetter(String messageId, String reason, boolean processable) {}
}
