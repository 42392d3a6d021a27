/** Commands for the dead letters. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.deadletter;
