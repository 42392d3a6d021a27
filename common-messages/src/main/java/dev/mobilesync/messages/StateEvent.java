package dev.mobilesync.messages;

/** What may come in over {@code status_queue}: a fact or an order that may change an examinee's state. */
public sealed interface StateEvent extends ExamineeMessage permits MobileSyncWait, MobileSyncStatus, MobileSyncOrder {}
