package dev.mobilesync.state.reconciliation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.PipelinedReads;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import dev.mobilesync.state.StateManagerProperties;
import dev.mobilesync.state.record.DeadlineStore;
import dev.mobilesync.state.record.RecordStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Repairs waits after Redis has lost a part of the data. Otherwise they would never end, or proctors would not see them.
 *
 * <p>Inspects the waiting examinees in each plan's index. Restores a missing deadline, corrects a different status in the
 * index, and removes an index entry without a record. Then inspects the deadlines, and restores missing index entries of
 * their records, and entries that a lost change left as completed or timed out. Skips members that are no examinees.
 *
 * <p>Every instance starts a sweep periodically. A lease admits one at a time. After a complete sweep the instance keeps it for an
 * interval, so that all instances together sweep once per interval.
 */
@Component
final class StateReconciler {

    private static final Logger log = LoggerFactory.getLogger(StateReconciler.class);
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final int BATCH = 500;
    private static final List<Status> STATUSES_WITH_DEADLINE = List.of(Status.WAITING, Status.PAIRED, Status.FAILED);
    private static final List<Double> SCORES_WITH_DEADLINE =
            STATUSES_WITH_DEADLINE.stream().map(RedisKeys::indexScore).toList();

    private final StringRedisTemplate redis;
    private final SyncRecordReader recordReader;
    private final RecordStore recordStore;
    private final DeadlineStore deadlineStore;
    private final Counter withoutDeadline;
    private final Counter wronglyIndexed;
    private final Counter withoutRecord;
    private final Counter notIndexed;
    private final RedisLease lease;
    private final Duration interval;

    /** Counts of inspected and repaired waits. */
    static final class Report {

        int inspected;
        int withoutDeadline;
        int wronglyIndexed;
        int withoutRecord;
        int notIndexed;

        int repaired() {
            return withoutDeadline + wronglyIndexed + withoutRecord + notIndexed;
        }

        @Override
        public String toString() {
            return inspected + " waits inspected; repaired: " + withoutDeadline + " without deadline, " + wronglyIndexed
                    + " with a different status in the index, " + withoutRecord + " in the index without record, "
                    + notIndexed
                    + " not in the index";
        }
    }

    StateReconciler(
            StringRedisTemplate redis,
            SyncRecordReader recordReader,
            RecordStore recordStore,
            DeadlineStore deadlineStore,
            MeterRegistry meters,
            StateManagerProperties properties) {
        this.redis = redis;
        this.recordReader = recordReader;
        this.recordStore = recordStore;
        this.deadlineStore = deadlineStore;
        this.withoutDeadline = found(meters, "without deadline");
        this.wronglyIndexed = found(meters, "wrongly indexed");
        this.withoutRecord = found(meters, "index entry without record");
        this.notIndexed = found(meters, "record not indexed");
        this.lease = new RedisLease(redis, RedisKeys.sweepLease("waits"), LEASE);
        this.interval = properties.sweepInterval();
    }

    private static Counter found(MeterRegistry meters, String reason) {
        return meters.counter("mobile.sync.sweep.found", "reason", reason);
    }

    /** Runs a sweep, unless another instance does. Does not throw. */
    void runOnce() {
        try {
            Report report = reconcile();
            if (report != null && report.repaired() > 0) {
                log.info("sweep: {}", report);
            }
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                log.warn("sweep failed and is retried later: {}", e.toString());
            }
        }
    }

    /** Returns the report, or {@code null} if another instance holds the lease, because it sweeps or has just swept. */
    @Nullable
    Report reconcile() {
        if (!lease.tryAcquire()) {
            return null;
        }
        Report report = new Report();
        boolean complete = false;
        try {
            Set<String> plans = redis.opsForZSet().range(RedisKeys.PLANS, 0, -1);
            for (String plan : plans == null ? Set.<String>of() : plans) {
                try {
                    reconcilePlan(plan, report);
                } catch (DataAccessException e) {
                    if (!RedisTypeErrors.isWrongType(e)) {
                        throw e;
                    }
                    log.warn("index of plan {} is not a sorted set", plan);
                }
            }
            reconcileDeadlines(report);
            complete = true;
            return report;
        } finally {
            withoutDeadline.increment(report.withoutDeadline);
            wronglyIndexed.increment(report.wronglyIndexed);
            withoutRecord.increment(report.withoutRecord);
            notIndexed.increment(report.notIndexed);
            if (complete && !interval.isZero()) {
                lease.keepFor(interval);
            } else {
                lease.release();
            }
        }
    }

    private void reconcilePlan(String plan, Report report) {
        String index = RedisKeys.planIndex(plan);
        for (Status status : STATUSES_WITH_DEADLINE) {
            double score = RedisKeys.indexScore(status);
            Set<String> examinees = redis.opsForZSet().rangeByScore(index, score, score);
            List<ExamineeKey> batch = new ArrayList<>();
            for (String examinee : examinees == null ? Set.<String>of() : examinees) {
                parse(plan + ":" + examinee).ifPresent(batch::add);
                if (batch.size() == BATCH) {
                    inspect(status, batch, report);
                    batch.clear();
                }
            }
            inspect(status, batch, report);
        }
        if (Boolean.FALSE.equals(redis.hasKey(index))) {
            redis.opsForZSet().remove(RedisKeys.PLANS, plan);
        }
    }

    private void reconcileDeadlines(Report report) {
        Set<String> members = deadlineStore.page(0, BATCH);
        for (long from = 0; !members.isEmpty(); members = deadlineStore.page(from += BATCH, BATCH)) {
            lease.renew();
            repairIndexEntries(indexScores(members), report);
        }
    }

    private void repairIndexEntries(Map<ExamineeKey, @Nullable Double> scores, Report report) {
        for (SyncRecordReader.Entry entry : recordReader.readEntries(List.copyOf(scores.keySet()))) {
            SyncRecord record = entry.record();
            Double score = scores.get(entry.examinee());
            if (record == null || score != null && score == RedisKeys.indexScore(record.status())) {
                continue;
            }
            recordStore.repair(record);
            if (score == null) {
                report.notIndexed++;
            } else {
                report.wronglyIndexed++;
            }
        }
    }

    /**
     * Returns the members that their plan's index lacks, or has with a status without a deadline. Skips invalid members, which are
     * removed when due.
     */
    private Map<ExamineeKey, @Nullable Double> indexScores(Set<String> members) {
        List<ExamineeKey> examinees =
                members.stream().flatMap(member -> parse(member).stream()).toList();
        List<@Nullable Object> scores = PipelinedReads.readAll(redis, examinees, (connection, examinee) -> connection
                .zSetCommands()
                .zScore(
                        RedisKeys.planIndex(examinee.planId()).getBytes(UTF_8),
                        examinee.examineeId().getBytes(UTF_8)));
        Map<ExamineeKey, @Nullable Double> doubtful = new LinkedHashMap<>();
        for (int i = 0; i < examinees.size(); i++) {
            Object score = scores.get(i);
            // The result is an exception if the index is not a sorted set.
            if (score == null || score instanceof Double known && !SCORES_WITH_DEADLINE.contains(known)) {
                doubtful.put(examinees.get(i), (Double) score);
            }
        }
        return doubtful;
    }

    private static Optional<ExamineeKey> parse(String member) {
        try {
            return Optional.of(ExamineeKey.parse(member));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void inspect(Status indexed, List<ExamineeKey> examinees, Report report) {
        if (examinees.isEmpty()) {
            return;
        }
        lease.renew();
        for (SyncRecordReader.Entry entry : recordReader.readEntries(examinees)) {
            report.inspected++;
            SyncRecord record = entry.record();
            if (entry.unreadable()) {
                continue;
            }
            if (record == null) {
                report.withoutRecord += recordStore.removeOrphanedIndexEntry(entry.examinee()) ? 1 : 0;
            } else if (record.deadline() != null && !deadlineStore.has(record.examinee())) {
                recordStore.repair(record);
                report.withoutDeadline++;
            } else if (record.status() != indexed) {
                // Most of these changed between the two reads.
                recordStore.repair(record);
                report.wronglyIndexed++;
            }
        }
    }
}
