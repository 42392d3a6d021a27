package dev.mobilesync.service.redis;

import static java.util.Objects.requireNonNull;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.cache.LruCache;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.RedisSystemException;
import org.springframework.data.redis.core.HashOperations;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Reads records from Redis. An unreadable record does not affect others. It is logged the first time, and each read of it is
 * counted. While Redis is unavailable, the blocking methods throw Spring's {@code DataAccessException}, and the future of
 * {@link #readAsync} fails.
 */
public final class SyncRecordReader {

    private static final Logger log = LoggerFactory.getLogger(SyncRecordReader.class);

    private final StringRedisTemplate redis;
    private final HashOperations<String, String, String> hashes;
    private final Counter unreadable;
    private final LruCache<String, Boolean> logged = new LruCache<>();

    /**
     * The result for one examinee.
     *
     * @param record {@code null} if there is no record or it is unreadable
     * @param unreadable whether a record exists but is unreadable
     */
    public record Entry(ExamineeKey examinee, @Nullable SyncRecord record, boolean unreadable) {}

    /** Creates a reader without metrics. */
    public SyncRecordReader(StringRedisTemplate redis) {
        this(redis, new CompositeMeterRegistry());
    }

    SyncRecordReader(StringRedisTemplate redis, MeterRegistry meters) {
        this.redis = redis;
        this.hashes = redis.opsForHash();
        this.unreadable = meters.counter("mobile.sync.unreadable.records");
    }

    /**
     * Returns the examinee's record, or {@code null} if there is none.
     *
     * @throws UnreadableRecordException if the record is unreadable
     */
    public @Nullable SyncRecord read(ExamineeKey examinee) {
        try {
            return SyncRecord.fromHash(examinee, hashes.entries(RedisKeys.record(examinee)));
        } catch (RedisSystemException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            throw reported(examinee, wrongType(e));
        } catch (UnreadableRecordException e) {
            throw reported(examinee, e);
        }
    }

    /** Returns the records in the examinees' order; {@code null} for a missing or unreadable record. */
    public List<@Nullable SyncRecord> readAll(List<ExamineeKey> examinees) {
        List<@Nullable SyncRecord> records = new ArrayList<>(examinees.size());
        readEntries(examinees).forEach(entry -> records.add(entry.record()));
        return records;
    }

    /** Returns the entries in the examinees' order. Takes one round trip per Redis node. */
    public List<Entry> readEntries(List<ExamineeKey> examinees) {
        List<@Nullable Object> replies = PipelinedReads.readAll(redis, examinees, (connection, examinee) -> connection
                .hashCommands()
                .hGetAll(bytes(RedisKeys.record(examinee))));
        List<Entry> entries = new ArrayList<>(examinees.size());
        for (int i = 0; i < examinees.size(); i++) {
            entries.add(entry(examinees.get(i), requireNonNull(replies.get(i))));
        }
        return entries;
    }

    /**
     * Reads the entry of one examinee without blocking, once there is a connection to Redis.
     *
     * @return completes on a thread of Lettuce; fails, also with exceptions that are not Spring's, if Redis is unavailable
     */
    public CompletableFuture<Entry> readAsync(ExamineeKey examinee) {
        byte[] key = bytes(RedisKeys.record(examinee));
        try {
            return LettuceCommands.<byte[], Map<byte[], byte[]>>send(
                            redis.getRequiredConnectionFactory(), commands -> commands.hgetall(key))
                    .toCompletableFuture()
                    .handle((hash, failure) -> {
                        if (failure == null) {
                            return entry(examinee, strings(hash));
                        }
                        if (RedisTypeErrors.isWrongType(failure)) {
                            return entry(examinee, failure);
                        }
                        throw new CompletionException(failure);
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Map<String, String> strings(Map<byte[], byte[]> hash) {
        Map<String, String> strings = new HashMap<>();
        hash.forEach((field, value) ->
                strings.put(new String(field, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8)));
        return strings;
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    private Entry entry(ExamineeKey examinee, Object reply) {
        try {
            if (reply instanceof Throwable e) {
                throw wrongType(e);
            }
            return new Entry(examinee, SyncRecord.fromHash(examinee, (Map<String, String>) reply), false);
        } catch (UnreadableRecordException e) {
            reported(examinee, e);
            return new Entry(examinee, null, true);
        }
    }

    private static UnreadableRecordException wrongType(Throwable cause) {
        return new UnreadableRecordException("the key is not a hash", cause);
    }

    private UnreadableRecordException reported(ExamineeKey examinee, UnreadableRecordException e) {
        unreadable.increment();
        logged.get(RedisKeys.record(examinee), key -> {
            log.warn("record {} is unreadable: {}", key, e.getMessage());
            return true;
        });
        return e;
    }
}
