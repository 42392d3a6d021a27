package dev.mobilesync.web;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.MobileSyncStatus;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.publishing.OutboundMessage;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Records in Redis, as a state-manager writes them. */
public final class StoredRecords {

    private StoredRecords() {}

    /** The record that this message of a stored picture leads to. */
    public static SyncRecord completed(MobileSyncStatus status) {
        return SyncRecord.builder(status.examinee())
                .status(Status.COMPLETED, OutboundMessage.statusMessageId(status), status.timestamp())
                .device(status.deviceId())
                .capture(requireNonNull(status.captureInfo()), status.timestamp())
                .build();
    }

    /** Writes the record and its entry in the plan's index. */
    public static void write(StringRedisTemplate redis, SyncRecord record) {
        redis.opsForHash().putAll(RedisKeys.record(record.examinee()), record.toHash());
        redis.opsForZSet()
                .add(RedisKeys.planIndex(record.planId()), record.examineeId(), RedisKeys.indexScore(record.status()));
    }
}
