/** The open connections: received frames, subscriptions, sent frames, timeouts and shutdown. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.session;
