/** Reads and writes STOMP frames: the format, the destinations, and the reasons to disconnect. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.stomp;
