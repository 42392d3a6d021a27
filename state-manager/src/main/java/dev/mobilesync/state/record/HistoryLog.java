package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.HistoryEntry;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest changes of each record, for proctors. Its commands travel with those of the plan's index, but nothing waits for
 * their replies: a history that cannot be written neither delays nor fails a change.
 */
final class HistoryLog {

    private final Duration timeToLive;

    HistoryLog(Duration timeToLive) {
        this.timeToLive = timeToLive;
    }

    /** Creates the commands that append the changes to the histories. */
    List<RedisPipeline.Call<?>> appendCommands(
            List<RecordReplacement> replacements, Map<ExamineeKey, SyncRecord> written) {
        List<RedisPipeline.Call<?>> calls = new ArrayList<>(3 * written.size());
        for (RecordReplacement replacement : replacements) {
            @Nullable SyncRecord record = written.get(replacement.examinee());
            if (record != null) {
                String key = RedisKeys.history(replacement.examinee());
                calls.add(RedisPipeline.listAppend(
                        key, HistoryEntry.of(record, replacement.event()).toJson()));
                calls.add(RedisPipeline.listKeepLast(key, HistoryEntry.MAX_ENTRIES));
                calls.add(RedisPipeline.expire(key, timeToLive.toMillis()));
            }
        }
        return calls;
    }
}
