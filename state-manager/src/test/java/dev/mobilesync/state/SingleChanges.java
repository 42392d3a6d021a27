package dev.mobilesync.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder;
import dev.mobilesync.messages.StatusQueueMessage;
import dev.mobilesync.messages.SyncRecord;
import dev.mobilesync.state.record.BatchFailures;
import dev.mobilesync.state.record.RecordReplacement;
import dev.mobilesync.state.record.RecordStore;
import dev.mobilesync.state.transition.Outcome;
import dev.mobilesync.state.transition.StateChange;
import dev.mobilesync.state.transition.StateService;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes of single records, each as a batch of one. */
public final class SingleChanges {

    private SingleChanges() {}

    /** Applies the event, saves the record, and notes it as published although it is not. */
    public static Outcome apply(StateService service, StatusQueueMessage event, String messageId) {
        Outcome outcome = applyUnpublished(service, event, messageId);
        service.removeUnpublishedMarks(List.of(outcome));
        return outcome;
    }

    /** Applies the event and saves the record, as before a crash. */
    public static Outcome applyUnpublished(StateService service, StatusQueueMessage event, String messageId) {
        StateChange change = service.change(event, messageId);
        service.applyAll(List.of(change));
        return change.outcome().join();
    }

    /** Replaces the record. Returns {@code null} if it is no longer {@code current}. */
    public static @Nullable SyncRecord replace(RecordStore store, @Nullable SyncRecord current, SyncRecord next) {
        return replace(store, current, next, null);
    }

    /** Replaces the record by an order. */
    public static @Nullable SyncRecord replace(
            RecordStore store, @Nullable SyncRecord current, SyncRecord next, @Nullable MobileSyncOrder order) {
        ExamineeKey examinee = next.examinee();
        BatchFailures failures = new BatchFailures();
        Map<ExamineeKey, SyncRecord> written =
                store.replaceAll(List.of(new RecordReplacement(examinee, current, next, order)), failures);
        assertThat(failures.of(examinee)).isNull();
        return written.get(examinee);
    }
}
