package dev.mobilesync.state.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.RedisPipelineException;
import org.springframework.data.redis.connection.zset.DefaultTuple;
import org.springframework.data.redis.connection.zset.Tuple;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Writes a record and the data derived from it: the deadline and the entry in the plan's index. Each write is atomic for
 * its key only, because a Redis Cluster may hold the three on different nodes. The order is deadline, record, index. A
 * message is acknowledged after all of them, so its redelivery completes what a crash has left out.
 *
 * <p>Every method throws Spring's {@code DataAccessException} if Redis is unavailable.
 */
public final class RecordStore {

    private static final Logger log = LoggerFactory.getLogger(RecordStore.class);
    private static final int MAX_ATTEMPTS = 10;

    private static final String REVISION = "revision";
    private static final byte[] PLANS = RedisKeys.PLANS.getBytes(UTF_8);

    /**
     * ARGV: the expected revision (empty: no record), the revision that the next one must exceed, time to live in ms,
     * fields and values. Returns the new revision, or nil if the expected one does not match. A revision is the time of
     * the Redis node in microseconds. A Lua number is exact up to 2^53, which is the year 2255.
     */
    private static final RedisScript<String> REPLACE = RedisScript.of("""
            local revision = ''
            if redis.call('EXISTS', KEYS[1]) == 1 then
              revision = redis.call('HGET', KEYS[1], 'revision') or '0'
            end
            if revision ~= ARGV[1] then
              return false
            end
            local time = redis.call('TIME')
            local next = time[1] * 1000000 + time[2]
            next = math.max(next, (tonumber(revision) or 0) + 1, ARGV[2] + 1)
            next = string.format('%.0f', next)
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], 'revision', next, unpack(ARGV, 4))
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return next
            """, String.class);

    /** Highest revision that this instance has assigned. Keeps revisions growing after a failover to a slower clock. */
    private final AtomicLong highestRevision = new AtomicLong();

    private final StringRedisTemplate redis;
    private final SyncRecordReader recordReader;
    private final DeadlineStore deadlineStore;
    private final Duration timeToLive;

    RecordStore(
            StringRedisTemplate redis,
            SyncRecordReader recordReader,
            DeadlineStore deadlineStore,
            Duration timeToLive) {
        this.redis = redis;
        this.recordReader = recordReader;
        this.deadlineStore = deadlineStore;
        this.timeToLive = timeToLive;
    }

    /**
     * Replaces {@code current} by {@code next} (compare-and-set). Writes the deadline first: a crash in between leaves
     * a superfluous deadline rather than a wait without end.
     *
     * @return {@code next} with a revision above all earlier ones, even if Redis has lost those; {@code null} if the
     *     record is no longer {@code current}
     */
    @Nullable
    public SyncRecord replace(@Nullable SyncRecord current, SyncRecord next) {
        if (next.deadline() != null) {
            deadlineStore.put(next.examinee(), next.deadline());
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(current == null ? "" : Long.toString(current.revision()));
        arguments.add(Long.toString(highestRevision.get()));
        arguments.add(Long.toString(timeToLive.toMillis()));
        next.toHash().forEach((field, value) -> {
            if (!field.equals(REVISION)) {
                arguments.add(field);
                arguments.add(value);
            }
        });
        String revision = redis.execute(REPLACE, List.of(RedisKeys.record(next.examinee())), arguments.toArray());
        if (revision == null) {
            return null;
        }
        SyncRecord written = next.toBuilder().revision(Long.parseLong(revision)).build();
        highestRevision.accumulateAndGet(written.revision(), Math::max);
        updateIndex(written);
        if (next.deadline() == null && current != null && current.deadline() != null) {
            // Keeps a deadline that was set or leased concurrently.
            deadlineStore.replaceIfUnchanged(next.examinee().member(), current.deadline(), null);
        }
        return written;
    }

    /** Restores the deadline and the index entry of a saved record, which a crash may have left out. */
    public void repair(SyncRecord record) {
        if (record.deadline() != null) {
            deadlineStore.put(record.examinee(), record.deadline());
        }
        updateIndex(record);
    }

    /**
     * Removes an orphaned index entry; restores it if the record exists.
     *
     * @return whether the entry was orphaned
     */
    public boolean removeOrphanedIndexEntry(ExamineeKey examinee) {
        redis.opsForZSet().remove(RedisKeys.planIndex(examinee.planId()), examinee.examineeId());
        SyncRecord written = recordReader.read(examinee);
        if (written != null) {
            repair(written);
        }
        return written == null;
    }

    /** Writes the status to the plan's index, again if the record changes concurrently. */
    private void updateIndex(SyncRecord written) {
        SyncRecord record = written;
        for (int attempt = 0; record != null && attempt < MAX_ATTEMPTS; attempt++) {
            String currentRevision = writeIndexEntry(record);
            if (Long.toString(record.revision()).equals(currentRevision)) {
                return;
            }
            record = recordReader.read(record.examinee());
        }
    }

    /** Returns the record's revision after the write. */
    @SuppressWarnings("NullAway") // a pipelined callback must return null
    private @Nullable String writeIndexEntry(SyncRecord record) {
        byte[] index = RedisKeys.planIndex(record.planId()).getBytes(UTF_8);
        Tuple entry = new DefaultTuple(record.examineeId().getBytes(UTF_8), RedisKeys.indexScore(record.status()));
        byte[] key = RedisKeys.record(record.examinee()).getBytes(UTF_8);
        Tuple plan = new DefaultTuple(record.planId().getBytes(UTF_8), (double) System.currentTimeMillis());
        try {
            List<Object> replies = redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
                connection.zSetCommands().zAdd(index, Set.of(entry));
                connection.keyCommands().pExpire(index, timeToLive.toMillis());
                connection.zSetCommands().zAdd(PLANS, Set.of(plan));
                connection.hashCommands().hGet(key, REVISION.getBytes(UTF_8));
                return null;
            });
            return (String) replies.get(3);
        } catch (RedisPipelineException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            // The record is valid without the entry; only the proctors' boards lack it.
            log.warn("index of plan {} is not a sorted set", record.planId());
            return Long.toString(record.revision());
        }
    }
}
