package dev.mobilesync.web.erasure;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuditEvent;
import dev.mobilesync.web.store.CaptureVersions;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Erases an examinee or a plan from the object store and from Redis. A failure does not stop the rest from being erased;
 * another run erases what remains. A dry run only reports what would be erased.
 */
public final class Erasure {

    private final CaptureErasure captures;
    private final RedisErasure redis;
    private final ErasureReport report;
    private final boolean dryRun;

    /**
     * @param items receives each item at once
     * @param listed receives the number of versions that the store has listed so far
     */
    public Erasure(
            CaptureVersions captures,
            StringRedisTemplate redis,
            boolean dryRun,
            Consumer<ErasureReport.Item> items,
            LongConsumer listed) {
        this.captures = new CaptureErasure(captures, dryRun);
        this.redis = new RedisErasure(redis, dryRun);
        this.report = new ErasureReport(dryRun, items, listed);
        this.dryRun = dryRun;
    }

    /** Erases once. The audit log names the operator, except of a dry run. */
    public ErasureReport erase(ErasureScope scope, String operator) {
        if (!dryRun) {
            audit("start-erase", scope, operator).write();
        }
        Set<String> examinees = new TreeSet<>(captures.erase(scope, report));
        if (scope.examineeId() != null) {
            examinees.add(scope.examineeId());
        } else {
            try {
                examinees.addAll(redis.examinees(scope.planId()));
            } catch (DataAccessException e) {
                report.remains("Redis keys of " + scope, reason(e));
            }
        }
        for (String examinee : examinees) {
            try {
                redis.erase(new ExamineeKey(scope.planId(), examinee), report);
            } catch (DataAccessException e) {
                report.remains("Redis keys of examinee " + examinee, reason(e));
            }
        }
        if (!dryRun) {
            audit("erase", scope, operator)
                    .with("erased", report.totalErased())
                    .with("remaining", report.remaining())
                    .write();
        }
        return report;
    }

    private static AuditEvent audit(String action, ErasureScope scope, String operator) {
        return AuditEvent.of(action)
                .with("role", "operator")
                .with("who", operator)
                .with("plan", scope.planId())
                .with("examinee", scope.examineeId() == null ? "all" : scope.examineeId());
    }

    private static String reason(DataAccessException e) {
        return String.valueOf(e.getMostSpecificCause().getMessage());
    }
}
