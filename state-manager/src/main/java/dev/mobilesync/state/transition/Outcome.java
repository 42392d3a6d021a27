package dev.mobilesync.state.transition;

import dev.mobilesync.messages.SyncRecord;
import org.jspecify.annotations.Nullable;

/**
 * The effect of a message or a deadline on an examinee's record. The deadline and the index entry of an unchanged record are repaired,
 * which numbers it as changed for clients that follow the plan.
 */
public sealed interface Outcome {

    /** The record afterwards. */
    @Nullable
    SyncRecord record();

    /** {@code NEW}, {@code SAME} or {@code STALE}, for metrics. */
    String label();

    /** A changed record, to be saved under a new revision and broadcast. */
    record New(SyncRecord record) implements Outcome {
        @Override
        public String label() {
            return "NEW";
        }
    }

    /** An unchanged record, whose broadcast is republished under the same message id. */
    record Same(SyncRecord record) implements Outcome {
        @Override
        public String label() {
            return "SAME";
        }
    }

    /** The message or deadline does not count: the record stays unchanged and is not published. */
    record Stale(@Nullable SyncRecord record) implements Outcome {
        @Override
        public String label() {
            return "STALE";
        }
    }
}
