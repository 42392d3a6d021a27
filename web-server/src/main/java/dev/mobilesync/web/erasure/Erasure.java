package dev.mobilesync.web.erasure;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuditEvent;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.dao.DataAccessException;

/**
 * Erases an examinee or a plan from the object store and from Redis. What cannot be erased keeps nothing else from being
 * erased, and doing it again goes on with what is left.
 */
final class Erasure {

    private final CaptureErasure pictures;
    private final RedisErasure records;
    private final ErasureReport report;

    Erasure(CaptureErasure pictures, RedisErasure records, ErasureReport report) {
        this.pictures = pictures;
        this.records = records;
        this.report = report;
    }

    /**
     * @param who the one who erases, for the audit
     * @return whether nothing remains
     */
    boolean erase(ErasureScope scope, String who) {
        audit("start-erase", scope, who).write();
        Set<String> examinees = new TreeSet<>(pictures.erase(scope, report));
        if (scope.examineeId() != null) {
            examinees.add(scope.examineeId());
        } else {
            try {
                examinees.addAll(records.examinees(scope.planId()));
            } catch (DataAccessException e) {
                report.remains("what Redis keeps of " + scope, reason(e));
            }
        }
        for (String examinee : examinees) {
            try {
                records.erase(new ExamineeKey(scope.planId(), examinee), report);
            } catch (DataAccessException e) {
                report.remains("what Redis keeps of examinee " + examinee, reason(e));
            }
        }
        report.finish();
        audit("erase", scope, who)
                .with("erased", report.erasedInAll())
                .with("remaining", report.remaining())
                .write();
        return report.remaining() == 0;
    }

    private static AuditEvent audit(String action, ErasureScope scope, String who) {
        return AuditEvent.of(action)
                .with("role", "operator")
                .with("who", who)
                .with("plan", scope.planId())
                .with("examinee", scope.examineeId() == null ? "all" : scope.examineeId());
    }

    private static String reason(DataAccessException e) {
        return String.valueOf(e.getMostSpecificCause().getMessage());
    }
}
