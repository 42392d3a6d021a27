/** Consumes broadcasts and sends them to subscribers; sends the current state to new subscribers. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.fanout;
