/** Holds the open connections: their frames, their subscriptions, and what is sent to them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.session;
