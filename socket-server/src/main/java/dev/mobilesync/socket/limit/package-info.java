/** Limits the rate of frames and handshakes, and the connections per token. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.limit;
