/** The command that lists or replays dead letters. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.deadletter;
