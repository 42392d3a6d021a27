package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.script.RedisScript;

/** The sorted sets of each plan with the status and with the last change of its examinees, and the set of plans. */
final class PlanIndex {

    private static final Logger log = LoggerFactory.getLogger(PlanIndex.class);
    private static final int MAX_ATTEMPTS = 10;
    private static final String REVISION = "revision";

    /**
     * Numbers changes after all earlier ones of the plan, so that a reader who has seen a number misses no change with a smaller
     * one. The number is the revision if that is large enough, and otherwise an odd one. Revisions are even, so an examinee whose
     * number equals the revision needs no further one. ARGV: time to live in ms, then revisions in ascending
     * order, each with its examinee.
     */
    private static final RedisScript<Long> NUMBER_CHANGES = RedisScript.of("""
            local last = tonumber(redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
            if not last then
              last = math.max(tonumber(ARGV[2]) - 2, 0)
              redis.call('ZADD', KEYS[1], string.format('%.0f', last), '')
            end
            for i = 2, #ARGV, 2 do
              local revision = tonumber(ARGV[i])
              if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i + 1])) ~= revision then
                last = math.max(last + 1 + last % 2, revision)
                redis.call('ZADD', KEYS[1], string.format('%.0f', last), ARGV[i + 1])
              end
            end
            return redis.call('PEXPIRE', KEYS[1], ARGV[1])
            """, Long.class);

    private final RedisPipeline pipeline;
    private final SyncRecordReader recordReader;
    private final Duration timeToLive;

    PlanIndex(RedisPipeline pipeline, SyncRecordReader recordReader, Duration timeToLive) {
        this.pipeline = pipeline;
        this.recordReader = recordReader;
        this.timeToLive = timeToLive;
    }

    /**
     * Writes the statuses of saved records, again for those that change concurrently.
     *
     * @param fireAndForget further commands to send, whose replies do not matter
     */
    void updateAll(
            Map<ExamineeKey, SyncRecord> records, List<RedisPipeline.Call<?>> fireAndForget, BatchFailures failures) {
        Map<ExamineeKey, SyncRecord> unwritten = records;
        for (int attempt = 0; !unwritten.isEmpty() && attempt < MAX_ATTEMPTS; attempt++) {
            write(unwritten, attempt == 0, attempt == 0 ? fireAndForget : List.of(), failures);
            unwritten = changed(unwritten, failures);
        }
    }

    /**
     * @param assignsNumbers whether to number the records as changed; not for concurrent changes, which their own writers number
     */
    private void write(
            Map<ExamineeKey, SyncRecord> records,
            boolean assignsNumbers,
            List<RedisPipeline.Call<?>> fireAndForget,
            BatchFailures failures) {
        Map<String, List<SyncRecord>> plans =
                records.values().stream().collect(Collectors.groupingBy(SyncRecord::planId));
        List<RedisPipeline.Call<?>> calls = new ArrayList<>();
        List<List<ExamineeKey>> affected = new ArrayList<>();
        Map<String, Double> lastChanges = new HashMap<>();
        double now = System.currentTimeMillis();
        plans.forEach((plan, ofPlan) -> {
            String index = RedisKeys.planIndex(plan);
            calls.add(RedisPipeline.sortedSetAdd(
                    index,
                    ofPlan.stream()
                            .collect(Collectors.toMap(
                                    SyncRecord::examineeId, record -> RedisKeys.indexScore(record.status())))));
            calls.add(RedisPipeline.expire(index, timeToLive.toMillis()));
            if (assignsNumbers) {
                calls.add(numberChanges(plan, ofPlan));
            }
            List<ExamineeKey> examinees =
                    ofPlan.stream().map(SyncRecord::examinee).toList();
            while (affected.size() < calls.size()) {
                affected.add(examinees);
            }
            lastChanges.put(plan, now);
        });
        calls.add(RedisPipeline.sortedSetAdd(RedisKeys.PLANS, lastChanges));
        affected.add(List.copyOf(records.keySet()));
        pipeline.run(calls, fireAndForget);
        for (int i = 0; i < calls.size(); i++) {
            RedisPipeline.Call<?> call = calls.get(i);
            List<ExamineeKey> all = affected.get(i);
            failures.guard(all, () -> replyOrWarn(call, all.get(0)));
        }
    }

    private RedisPipeline.Call<Long> numberChanges(String plan, List<SyncRecord> records) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(timeToLive.toMillis()));
        records.stream().sorted(Comparator.comparingLong(SyncRecord::revision)).forEach(record -> {
            arguments.add(Long.toString(record.revision()));
            arguments.add(record.examineeId());
        });
        return RedisPipeline.eval(NUMBER_CHANGES, RedisKeys.planChanges(plan), arguments);
    }

    private static void replyOrWarn(RedisPipeline.Call<?> call, ExamineeKey examinee) {
        try {
            call.reply();
        } catch (DataAccessException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            // The records are valid without the entries; only the proctors' boards lack them.
            log.warn(
                    "the index or the changes of plan {}, or the set of plans, is not a sorted set", examinee.planId());
        }
    }

    /**
     * Returns the current record of each examinee whose revision has changed since {@code records} was saved. Runs after the
     * index writes have their replies: in a cluster, records and indexes are on different nodes, so that one pipeline with both
     * would not keep the order.
     */
    private Map<ExamineeKey, SyncRecord> changed(Map<ExamineeKey, SyncRecord> records, BatchFailures failures) {
        Map<ExamineeKey, RedisPipeline.Call<String>> revisions = new HashMap<>();
        records.keySet()
                .forEach(examinee ->
                        revisions.put(examinee, RedisPipeline.hashGet(RedisKeys.record(examinee), REVISION)));
        pipeline.run(List.copyOf(revisions.values()));
        Map<ExamineeKey, SyncRecord> changed = new HashMap<>();
        revisions.forEach((examinee, revision) -> {
            try {
                SyncRecord record = records.get(examinee);
                if (record != null && !Long.toString(record.revision()).equals(revision.reply())) {
                    SyncRecord current = recordReader.read(examinee);
                    if (current != null) {
                        changed.put(examinee, current);
                    }
                }
            } catch (DataAccessException | UnreadableRecordException e) {
                failures.add(examinee, e);
            }
        });
        return changed;
    }
}
