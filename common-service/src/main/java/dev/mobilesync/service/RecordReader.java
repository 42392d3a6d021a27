package dev.mobilesync.service;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.Topology;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Reads examinees' records from Redis. Every method throws Spring's {@code DataAccessException} if Redis is away. */
public final class RecordReader {

    private final StringRedisTemplate redis;
    private final HashOperations<String, String, String> hashes;

    public RecordReader(StringRedisTemplate redis) {
        this.redis = redis;
        this.hashes = redis.opsForHash();
    }

    /** The examinee's record, or {@code null} if there is none. */
    public @Nullable SyncRecord read(ExamineeKey examinee) {
        return SyncRecord.fromHash(examinee, hashes.entries(Topology.recordKey(examinee)));
    }

    /** The records of several examinees in one round trip per Redis node, {@code null} where there is none. */
    @SuppressWarnings("NullAway") // a pipelined callback has to return null
    public List<@Nullable SyncRecord> readAll(List<ExamineeKey> examinees) {
        List<Object> replies = redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
            for (ExamineeKey examinee : examinees) {
                connection.hashCommands().hGetAll(Topology.recordKey(examinee).getBytes(StandardCharsets.UTF_8));
            }
            return null;
        });
        List<@Nullable SyncRecord> records = new ArrayList<>(examinees.size());
        for (int i = 0; i < examinees.size(); i++) {
            @SuppressWarnings("unchecked")
            Map<String, String> hash = (Map<String, String>) replies.get(i);
            records.add(SyncRecord.fromHash(examinees.get(i), hash));
        }
        return records;
    }
}
