package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * Reads and writes records, and the data derived from them: the deadline and the entry in the plan's index. Each write is
 * atomic for its key only, because a Redis Cluster may hold them on different nodes. A change writes the deadline, ends the
 * pairing if it is a reset, then writes the record with its {@link UnpublishedMark}, then the index entry together with the {@link
 * HistoryLog}, and then removes the deadline of an ended wait; each stage of a batch begins when the one before has its replies. A
 * message is acknowledged after all stages, so its redelivery completes what a crash has left out, except the history.
 *
 * <p>The methods for a batch take different examinees and report {@link BatchFailures}. The others throw Spring's
 * {@code DataAccessException} if Redis is unavailable.
 */
public final class RecordStore {

    private static final String REVISION = "revision";

    /**
     * ARGV: the expected revision (empty: no record), the revision that the next one must exceed, time to live in ms, the prefix
     * of the {@link UnpublishedMark}, fields and values. Returns the new revision, or nil if the expected one does not match. A
     * revision is the time of the Redis node in microseconds, as an even number ({@link PlanIndex} explains why). A Lua number is
     * exact up to 2^53, which is the year 2255.
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
            next = string.format('%.0f', next + next % 2)
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], 'revision', next, ARGV[4] .. next, '', unpack(ARGV, 5))
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return next
            """, String.class);

    /** Highest revision that this instance has assigned. Keeps revisions growing after a failover to a slower clock. */
    private final AtomicLong highestRevision = new AtomicLong();

    private final StringRedisTemplate redis;
    private final RedisPipeline pipeline;
    private final SyncRecordReader recordReader;
    private final DeadlineStore deadlineStore;
    private final PlanIndex planIndex;
    private final HistoryLog history;
    private final PairingStore pairings;
    private final Duration timeToLive;

    RecordStore(
            StringRedisTemplate redis,
            RedisPipeline pipeline,
            SyncRecordReader recordReader,
            DeadlineStore deadlineStore,
            Duration timeToLive) {
        this.redis = redis;
        this.pipeline = pipeline;
        this.recordReader = recordReader;
        this.deadlineStore = deadlineStore;
        this.planIndex = new PlanIndex(pipeline, recordReader, timeToLive);
        this.history = new HistoryLog(timeToLive);
        this.pairings = new PairingStore(pipeline, timeToLive);
        this.timeToLive = timeToLive;
    }

    /** Returns the existing records of a batch. Those of {@code failures} are unknown or unreadable. */
    public Map<ExamineeKey, StoredRecord> readAll(List<ExamineeKey> examinees, BatchFailures failures) {
        List<RedisPipeline.Call<Map<String, String>>> hashes = examinees.stream()
                .map(examinee -> RedisPipeline.hashGetAll(RedisKeys.record(examinee)))
                .toList();
        pipeline.run(hashes);
        Map<ExamineeKey, StoredRecord> records = new HashMap<>();
        for (int i = 0; i < examinees.size(); i++) {
            try {
                StoredRecord record = read(examinees.get(i), hashes.get(i));
                if (record != null) {
                    records.put(examinees.get(i), record);
                }
            } catch (DataAccessException | UnreadableRecordException e) {
                failures.add(examinees.get(i), e);
            }
        }
        return records;
    }

    private @Nullable StoredRecord read(ExamineeKey examinee, RedisPipeline.Call<Map<String, String>> hash) {
        try {
            Map<String, String> fields = hash.reply();
            if (fields == null) {
                return null;
            }
            SyncRecord record = SyncRecord.fromHash(examinee, fields);
            return record == null ? null : new StoredRecord(record, !UnpublishedMark.isIn(fields));
        } catch (DataAccessException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
        } catch (UnreadableRecordException e) {
            // Reported below.
        }
        // Counts and logs the unreadable record.
        SyncRecord repaired = recordReader.read(examinee);
        return repaired == null ? null : new StoredRecord(repaired, false);
    }

    /**
     * Replaces records (compare-and-set), and marks them as not yet published. Writes the deadlines first: a crash in between
     * leaves a superfluous deadline rather than a wait without end. Ends the pairings of reset steps before the records show the
     * reset.
     *
     * @return the written records, each with a revision above all earlier ones, even if Redis has lost those. If an
     *     examinee is neither there nor in {@code failures}, the record changed concurrently: it no longer equals {@code
     *     current}
     */
    public Map<ExamineeKey, SyncRecord> replaceAll(List<RecordReplacement> replacements, BatchFailures failures) {
        Map<ExamineeKey, SyncRecord> next = new HashMap<>();
        replacements.forEach(replacement -> next.put(replacement.examinee(), replacement.next()));
        putDeadlines(next, failures);
        Map<ExamineeKey, Instant> pairingsEnded = endPairings(replacements, failures);
        Map<ExamineeKey, SyncRecord> written = compareAndSet(
                replacements.stream()
                        .filter(replacement -> !failures.contains(replacement.examinee()))
                        .map(replacement -> replacement.resetNotBefore(pairingsEnded.get(replacement.examinee())))
                        .toList(),
                failures);
        planIndex.updateAll(written, history.appendCommands(replacements, written), failures);
        removeDeadlines(
                replacements.stream()
                        .filter(replacement -> written.containsKey(replacement.examinee()))
                        .toList(),
                failures);
        return written;
    }

    /** Removes the marks of records whose broadcasts are confirmed. Does not wait for Redis, nor throw. */
    public void removeUnpublishedMarks(List<SyncRecord> published) {
        pipeline.run(
                List.of(),
                published.stream().map(UnpublishedMark::removalCommand).toList());
    }

    /** Returns when the pairing of each reset step ended. */
    private Map<ExamineeKey, Instant> endPairings(List<RecordReplacement> replacements, BatchFailures failures) {
        Map<ExamineeKey, Instant> resets = new HashMap<>();
        for (RecordReplacement replacement : replacements) {
            Instant orderedAt = replacement.resetOrderedAt();
            if (orderedAt != null) {
                resets.put(replacement.examinee(), orderedAt);
            }
        }
        Map<ExamineeKey, Instant> ended = new HashMap<>();
        failures.guard(resets.keySet(), () -> ended.putAll(pairings.endAll(resets)));
        return ended;
    }

    private Map<ExamineeKey, SyncRecord> compareAndSet(List<RecordReplacement> replacements, BatchFailures failures) {
        List<RedisPipeline.Call<String>> revisions = pipeline.runScript(
                REPLACE, replacements.stream().map(this::scriptCall).toList());
        Map<ExamineeKey, SyncRecord> written = new HashMap<>();
        for (int i = 0; i < replacements.size(); i++) {
            RecordReplacement replacement = replacements.get(i);
            try {
                String revision = revisions.get(i).reply();
                if (revision != null) {
                    long assigned = Long.parseLong(revision);
                    highestRevision.accumulateAndGet(assigned, Math::max);
                    written.put(
                            replacement.examinee(),
                            replacement.next().toBuilder().revision(assigned).build());
                }
            } catch (DataAccessException e) {
                failures.add(replacement.examinee(), e);
            }
        }
        return written;
    }

    private RedisPipeline.ScriptCall scriptCall(RecordReplacement replacement) {
        SyncRecord current = replacement.current();
        List<String> arguments = new ArrayList<>();
        arguments.add(current == null ? "" : Long.toString(current.revision()));
        arguments.add(Long.toString(highestRevision.get()));
        arguments.add(Long.toString(timeToLive.toMillis()));
        arguments.add(UnpublishedMark.PREFIX);
        replacement.next().toHash().forEach((field, value) -> {
            if (!field.equals(REVISION)) {
                arguments.add(field);
                arguments.add(value);
            }
        });
        return new RedisPipeline.ScriptCall(RedisKeys.record(replacement.next().examinee()), arguments);
    }

    private void putDeadlines(Map<ExamineeKey, SyncRecord> records, BatchFailures failures) {
        Map<ExamineeKey, Instant> deadlines = new HashMap<>();
        records.forEach((examinee, record) -> {
            if (record.deadline() != null) {
                deadlines.put(examinee, record.deadline());
            }
        });
        failures.guard(deadlines.keySet(), () -> deadlineStore.putAll(deadlines));
    }

    /** Keeps a deadline that was set or leased concurrently. */
    private void removeDeadlines(List<RecordReplacement> replacements, BatchFailures failures) {
        Map<ExamineeKey, Instant> deadlines = new HashMap<>();
        for (RecordReplacement replacement : replacements) {
            SyncRecord current = replacement.current();
            if (replacement.next().deadline() == null && current != null && current.deadline() != null) {
                deadlines.put(replacement.examinee(), current.deadline());
            }
        }
        failures.guard(deadlines.keySet(), () -> deadlineStore.removeAllIfUnchanged(deadlines));
    }

    /**
     * Restores the deadline and the index entry of a saved record, which a crash may have left out. Numbers the record as
     * {@linkplain RedisKeys#planChanges changed} unless its number is its revision.
     */
    public void repair(SyncRecord record) {
        BatchFailures failures = new BatchFailures();
        repairAll(Map.of(record.examinee(), record), failures);
        failures.throwAny();
    }

    /** {@linkplain #repair Repairs} each of the records. */
    public void repairAll(Map<ExamineeKey, SyncRecord> records, BatchFailures failures) {
        putDeadlines(records, failures);
        planIndex.updateAll(records, List.of(), failures);
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
}
