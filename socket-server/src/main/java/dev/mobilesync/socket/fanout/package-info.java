/** Reads broadcasts and sends them to subscribers, together with the current state of new ones. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.fanout;
