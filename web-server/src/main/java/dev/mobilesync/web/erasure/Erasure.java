package dev.mobilesync.web.erasure;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuditEvent;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.dao.DataAccessException;

/**
 * Erases an examinee or a plan from the object store and from Redis. A failure does not stop the rest from being erased;
 * another run erases what remains.
 */
record Erasure(CaptureErasure captures, RedisErasure redis, ErasureReport report) {

    /** Returns whether nothing remains. The audit log names the operator. */
    boolean erase(ErasureScope scope, String operator) {
        audit("start-erase", scope, operator).write();
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
        report.printTotal();
        audit("erase", scope, operator)
                .with("erased", report.totalErased())
                .with("remaining", report.remaining())
                .write();
        return report.remaining() == 0;
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
