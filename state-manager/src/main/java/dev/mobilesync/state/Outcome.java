package dev.mobilesync.state;

import dev.mobilesync.messages.SyncRecord;
import org.jspecify.annotations.Nullable;

/** What a fact, an order or a passed deadline does to an examinee's record. */
sealed interface Outcome {

    /** The record that stands afterwards. */
    @Nullable
    SyncRecord record();

    /** For metrics and logs: {@code NEW}, {@code SAME} or {@code STALE}. */
    String label();

    /** The record is to be written, which gives it its next revision; its broadcast is news. */
    record New(SyncRecord record) implements Outcome {
        @Override
        public String label() {
            return "NEW";
        }
    }

    /** Nothing is to be written; the record's broadcast is published again, with the same id. */
    record Same(SyncRecord record) implements Outcome {
        @Override
        public String label() {
            return "SAME";
        }
    }

    /** Overtaken by what came before it: nothing to write, nothing to tell. */
    record Stale(@Nullable SyncRecord record) implements Outcome {
        @Override
        public String label() {
            return "STALE";
        }
    }
}
