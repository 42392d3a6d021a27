package dev.mobilesync.state.record;

import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import java.util.Map;

/**
 * A field of a record's hash that is written with each revision and removed when its broadcast is confirmed. An instance that
 * replaces a marked record publishes it first: the attempt that wrote it may have failed or crashed in between. A mark whose removal
 * is lost causes a repeated broadcast. Its name contains the revision, so that the late removal of one mark keeps the next one.
 */
final class UnpublishedMark {

    static final String PREFIX = "unpublished:";

    private UnpublishedMark() {}

    static boolean isIn(Map<String, String> hash) {
        return hash.containsKey(PREFIX + hash.get("revision"));
    }

    static RedisPipeline.Call<Long> removalCommand(SyncRecord record) {
        return RedisPipeline.hashDelete(RedisKeys.record(record.examinee()), PREFIX + record.revision());
    }
}
