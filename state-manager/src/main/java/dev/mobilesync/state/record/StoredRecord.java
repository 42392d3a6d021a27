package dev.mobilesync.state.record;

import dev.mobilesync.messages.SyncRecord;

/**
 * A record as it was read.
 *
 * @param published false if its broadcast may be missing; see {@link UnpublishedMark}. True for records of older releases
 */
public record StoredRecord(SyncRecord record, boolean published) {}
