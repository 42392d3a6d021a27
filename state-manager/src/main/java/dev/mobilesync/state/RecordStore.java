package dev.mobilesync.state;

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
 * Writes records, and what is derived from them: the plan's index and the deadlines. No script spans two keys; the order
 * of the writes, and a message that is only acknowledged after all of them, keep the three together.
 *
 * <p>Every method throws Spring's {@code DataAccessException} if Redis is away.
 */
final class RecordStore {

    private static final Logger log = LoggerFactory.getLogger(RecordStore.class);
    private static final int MAX_ATTEMPTS = 10;

    private static final String REVISION = "revision";
    private static final byte[] PLANS = RedisKeys.PLANS.getBytes(UTF_8);

    /**
     * ARGV: the revision that must stand there (empty: no record), the one that the next must exceed, time to live in
     * ms, fields and values. Returns the revision that was given, or nothing. The time is that of the Redis node, in
     * microseconds; a Lua number is exact up to 2^53, which that stays below until the year 2255.
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

    /** The highest revision of any record that this instance has given: what a failover to a slow clock leaves standing. */
    private final AtomicLong highest = new AtomicLong();

    private final StringRedisTemplate redis;
    private final SyncRecordReader reader;
    private final DeadlineStore deadlines;
    private final Duration timeToLive;

    RecordStore(StringRedisTemplate redis, SyncRecordReader reader, DeadlineStore deadlines, Duration timeToLive) {
        this.redis = redis;
        this.reader = reader;
        this.deadlines = deadlines;
        this.timeToLive = timeToLive;
    }

    /**
     * Writes {@code next} if {@code current} still stands. The deadline goes first: a crash in between leaves a
     * deadline with nothing to do rather than a wait without end.
     *
     * @return what was written: {@code next} with a revision above all before, also where Redis has lost those; {@code
     *     null} if it was not
     */
    @Nullable
    SyncRecord replace(@Nullable SyncRecord current, SyncRecord next) {
        if (next.deadline() != null) {
            deadlines.put(next.examinee(), next.deadline());
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(current == null ? "" : Long.toString(current.revision()));
        arguments.add(Long.toString(highest.get()));
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
        highest.accumulateAndGet(written.revision(), Math::max);
        index(written);
        if (next.deadline() == null && current != null && current.deadline() != null) {
            // Not one that somebody has put there since, nor one that is claimed.
            deadlines.settle(next.examinee().member(), current.deadline(), null);
        }
        return written;
    }

    /** Puts right what a crash may have left out after {@code record} was written. */
    void repair(SyncRecord record) {
        if (record.deadline() != null) {
            deadlines.put(record.examinee(), record.deadline());
        }
        index(record);
    }

    /**
     * Takes an index entry away that has no record behind it, and puts it back where there is one after all.
     *
     * @return whether it stays away
     */
    boolean forget(ExamineeKey examinee) {
        redis.opsForZSet().remove(RedisKeys.planIndex(examinee.planId()), examinee.examineeId());
        SyncRecord written = reader.read(examinee);
        if (written != null) {
            repair(written);
        }
        return written == null;
    }

    /** Enters the status in the plan's index; where the record was changed at the same time, the one that stands now. */
    private void index(SyncRecord written) {
        SyncRecord record = written;
        for (int attempt = 0; record != null && attempt < MAX_ATTEMPTS; attempt++) {
            String standing = enter(record);
            if (Long.toString(record.revision()).equals(standing)) {
                return;
            }
            record = reader.read(record.examinee());
        }
    }

    /** Returns the revision that stands after the entry was made. */
    @SuppressWarnings("NullAway") // a pipelined callback has to return null
    private @Nullable String enter(SyncRecord record) {
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
            // The record stands all the same; only a proctor's board lacks it.
            log.warn("plan {} has an index that is not a sorted set", record.planId());
            return Long.toString(record.revision());
        }
    }
}
