/** Sweeps: restore deadlines and index entries that Redis has lost. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.reconciliation;
