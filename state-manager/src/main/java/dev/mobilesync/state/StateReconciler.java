package dev.mobilesync.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.RedisKeys;
import dev.mobilesync.messages.Status;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.service.redis.RedisLease;
import dev.mobilesync.service.redis.RedisTypeErrors;
import dev.mobilesync.service.redis.SyncRecordReader;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Finds waits that would never end, or that nobody would see, because Redis has lost a part of what belongs together: a
 * record with a deadline that is not among the deadlines, index entries without a record or with another status, and
 * records with a deadline that are not in the index. It looks through those in each plan's index who wait, and through the
 * deadlines. Every instance tries now and then, and one of them does it.
 */
final class StateReconciler {

    private static final Logger log = LoggerFactory.getLogger(StateReconciler.class);
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final int BATCH = 500;
    private static final List<Status> WAITS = List.of(Status.WAITING, Status.PAIRED, Status.FAILED);

    private final StringRedisTemplate redis;
    private final SyncRecordReader reader;
    private final RecordStore store;
    private final DeadlineStore deadlines;
    private final MeterRegistry meters;
    private final RedisLease lease;

    /** What was found and put right. */
    static final class Report {

        int looked;
        int withoutDeadline;
        int wronglyIndexed;
        int withoutRecord;
        int notIndexed;

        int found() {
            return withoutDeadline + wronglyIndexed + withoutRecord + notIndexed;
        }

        @Override
        public String toString() {
            return looked + " waits looked at; put right: " + withoutDeadline + " without deadline, " + wronglyIndexed
                    + " with another status in the index, " + withoutRecord + " in the index without record, "
                    + notIndexed
                    + " not in the index";
        }
    }

    StateReconciler(
            StringRedisTemplate redis,
            SyncRecordReader reader,
            RecordStore store,
            DeadlineStore deadlines,
            MeterRegistry meters) {
        this.redis = redis;
        this.reader = reader;
        this.store = store;
        this.deadlines = deadlines;
        this.meters = meters;
        this.lease = new RedisLease(redis, RedisKeys.sweepLease("waits"), LEASE);
    }

    /** One round of many. */
    void round() {
        try {
            Report report = sweep();
            if (report != null && report.found() > 0) {
                log.info("sweep: {}", report);
            }
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                log.warn("the sweep of the waits failed and is tried again later: {}", e.toString());
            }
        }
    }

    /** Does it now; {@code null} if another instance is about it. */
    @Nullable
    Report sweep() {
        if (!lease.tryAcquire()) {
            return null;
        }
        Report report = new Report();
        try {
            Set<String> plans = redis.opsForZSet().range(RedisKeys.PLANS, 0, -1);
            for (String plan : plans == null ? Set.<String>of() : plans) {
                try {
                    sweep(plan, report);
                } catch (DataAccessException e) {
                    if (!RedisTypeErrors.isWrongType(e)) {
                        throw e;
                    }
                    log.warn("sweep: the index of plan {} is not a sorted set", plan);
                }
            }
            lookAtDeadlines(report);
            return report;
        } finally {
            meters.counter("mobile.sync.sweep.found", "why", "without deadline").increment(report.withoutDeadline);
            meters.counter("mobile.sync.sweep.found", "why", "wrongly indexed").increment(report.wronglyIndexed);
            meters.counter("mobile.sync.sweep.found", "why", "without record").increment(report.withoutRecord);
            meters.counter("mobile.sync.sweep.found", "why", "not indexed").increment(report.notIndexed);
            lease.release();
        }
    }

    private void sweep(String plan, Report report) {
        String index = RedisKeys.planIndex(plan);
        for (Status status : WAITS) {
            double score = RedisKeys.indexScore(status);
            Set<String> examinees = redis.opsForZSet().rangeByScore(index, score, score);
            List<ExamineeKey> batch = new ArrayList<>();
            for (String examinee : examinees == null ? Set.<String>of() : examinees) {
                batch.add(new ExamineeKey(plan, examinee));
                if (batch.size() == BATCH) {
                    look(status, batch, report);
                    batch.clear();
                }
            }
            look(status, batch, report);
        }
        if (Boolean.FALSE.equals(redis.hasKey(index))) {
            redis.opsForZSet().remove(RedisKeys.PLANS, plan);
        }
    }

    private void lookAtDeadlines(Report report) {
        Set<String> members = deadlines.part(0, BATCH);
        for (long from = 0; !members.isEmpty(); members = deadlines.part(from += BATCH, BATCH)) {
            lease.renew();
            for (SyncRecordReader.Entry entry : reader.readEntries(notIndexed(members))) {
                if (entry.record() != null) {
                    store.repair(entry.record());
                    report.notIndexed++;
                }
            }
        }
    }

    /** Those of them that are in no plan's index. A deadline that is nobody's is seen to when it comes. */
    private List<ExamineeKey> notIndexed(Set<String> members) {
        List<ExamineeKey> examinees =
                members.stream().flatMap(member -> parsed(member).stream()).toList();
        List<@Nullable Object> scores = RedisTypeErrors.pipelined(redis, examinees, (connection, examinee) -> connection
                .zSetCommands()
                .zScore(
                        RedisKeys.planIndex(examinee.planId()).getBytes(UTF_8),
                        examinee.examineeId().getBytes(UTF_8)));
        return IntStream.range(0, examinees.size())
                .filter(i -> scores.get(i) == null)
                .mapToObj(examinees::get)
                .toList();
    }

    private static Optional<ExamineeKey> parsed(String member) {
        try {
            return Optional.of(ExamineeKey.parse(member));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void look(Status indexed, List<ExamineeKey> examinees, Report report) {
        if (examinees.isEmpty()) {
            return;
        }
        lease.renew();
        for (SyncRecordReader.Entry entry : reader.readEntries(examinees)) {
            report.looked++;
            SyncRecord record = entry.record();
            if (entry.unreadable()) {
                continue;
            }
            if (record == null) {
                report.withoutRecord += store.forget(entry.examinee()) ? 1 : 0;
            } else if (record.deadline() != null && !deadlines.has(record.examinee())) {
                store.repair(record);
                report.withoutDeadline++;
            } else if (record.status() != indexed) {
                // Read a moment later: most of these have only just changed, and it does them no harm.
                store.repair(record);
                report.wronglyIndexed++;
            }
        }
    }
}
