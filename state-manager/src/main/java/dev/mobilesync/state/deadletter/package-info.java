/** Lists, replays and drops dead letters; also a library of the command line. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.deadletter;
