/** Redis data: records, the plan index, deadlines, and the clock and replication that they depend on. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.record;
