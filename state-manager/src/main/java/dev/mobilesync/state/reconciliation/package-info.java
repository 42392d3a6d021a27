/** Repairs data that Redis has lost. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.reconciliation;
