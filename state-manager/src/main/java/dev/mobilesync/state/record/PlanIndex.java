package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.messages.UnreadableRecordException;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** The sorted set of each plan with the status of its examinees, and the set of plans. */
final class PlanIndex {

    private static final Logger log = LoggerFactory.getLogger(PlanIndex.class);
    private static final int MAX_ATTEMPTS = 10;
    private static final String REVISION = "revision";

    private final RedisPipeline pipeline;
    private final SyncRecordReader recordReader;
    private final Duration timeToLive;

    PlanIndex(RedisPipeline pipeline, SyncRecordReader recordReader, Duration timeToLive) {
        this.pipeline = pipeline;
        this.recordReader = recordReader;
        this.timeToLive = timeToLive;
    }

    /** Writes the statuses of saved records, again for those that change concurrently. */
    void updateAll(Map<ExamineeKey, SyncRecord> records, Failures failures) {
        Map<ExamineeKey, SyncRecord> outdated = records;
        for (int attempt = 0; !outdated.isEmpty() && attempt < MAX_ATTEMPTS; attempt++) {
            write(outdated, failures);
            outdated = changed(outdated, failures);
        }
    }

    private void write(Map<ExamineeKey, SyncRecord> records, Failures failures) {
        Map<String, Map<String, Double>> scores = new HashMap<>();
        Map<String, List<ExamineeKey>> examinees = new HashMap<>();
        records.forEach((examinee, record) -> {
            scores.computeIfAbsent(examinee.planId(), plan -> new HashMap<>())
                    .put(examinee.examineeId(), RedisKeys.indexScore(record.status()));
            examinees
                    .computeIfAbsent(examinee.planId(), plan -> new ArrayList<>())
                    .add(examinee);
        });
        List<RedisPipeline.Call<?>> calls = new ArrayList<>();
        List<List<ExamineeKey>> affected = new ArrayList<>();
        Map<String, Double> plans = new HashMap<>();
        double now = System.currentTimeMillis();
        scores.forEach((plan, entries) -> {
            String index = RedisKeys.planIndex(plan);
            List<ExamineeKey> ofPlan = examinees.getOrDefault(plan, List.of());
            calls.add(RedisPipeline.sortedSetAdd(index, entries));
            affected.add(ofPlan);
            calls.add(RedisPipeline.expire(index, timeToLive.toMillis()));
            affected.add(ofPlan);
            plans.put(plan, now);
        });
        calls.add(RedisPipeline.sortedSetAdd(RedisKeys.PLANS, plans));
        affected.add(List.copyOf(records.keySet()));
        pipeline.run(calls);
        for (int i = 0; i < calls.size(); i++) {
            RedisPipeline.Call<?> call = calls.get(i);
            List<ExamineeKey> all = affected.get(i);
            failures.guard(all, () -> replyOrWarn(call, all.get(0)));
        }
    }

    private static void replyOrWarn(RedisPipeline.Call<?> call, ExamineeKey examinee) {
        try {
            call.reply();
        } catch (DataAccessException e) {
            if (!RedisTypeErrors.isWrongType(e)) {
                throw e;
            }
            // The records are valid without the entries; only the proctors' boards lack them.
            log.warn("index of plan {} is not a sorted set", examinee.planId());
        }
    }

    /**
     * Returns the current record of each examinee whose revision has changed since {@code records} was saved. Runs after the
     * index writes have their replies: in a cluster, records and indexes are on different nodes, so that one pipeline with both
     * would not keep the order.
     */
    private Map<ExamineeKey, SyncRecord> changed(Map<ExamineeKey, SyncRecord> records, Failures failures) {
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
