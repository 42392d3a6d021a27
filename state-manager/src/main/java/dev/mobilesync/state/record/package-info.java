/**
 * What state-manager writes to Redis: records and their history, the plan index, deadlines, and the end of a pairing; the clock and
 * the replication that these depend on.
 */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.record;
