package dev.mobilesync.state.record;

import dev.mobilesync.messages.ExamineeKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/** The examinees of a batch whose records could not be read or written. They do not affect the others. */
public final class BatchFailures {

    private final Map<ExamineeKey, RuntimeException> failures = new HashMap<>();

    /** Keeps the first failure of an examinee. */
    public void add(ExamineeKey examinee, RuntimeException failure) {
        failures.putIfAbsent(examinee, failure);
    }

    @Nullable
    public RuntimeException of(ExamineeKey examinee) {
        return failures.get(examinee);
    }

    boolean contains(ExamineeKey examinee) {
        return failures.containsKey(examinee);
    }

    /** Runs one stage of a batch for several examinees. If Redis is unavailable, it fails for all of them. */
    void guard(Collection<ExamineeKey> examinees, Runnable stage) {
        if (examinees.isEmpty()) {
            return;
        }
        try {
            stage.run();
        } catch (DataAccessException e) {
            examinees.forEach(examinee -> add(examinee, e));
        }
    }

    /** Throws the failure of any examinee. */
    void throwAny() {
        for (RuntimeException failure : failures.values()) {
            throw failure;
        }
    }
}
