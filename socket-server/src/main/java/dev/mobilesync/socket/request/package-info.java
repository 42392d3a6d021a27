/**
 * Handles the STOMP frames of clients, and publishes waits and orders to {@code status_queue}, signals and notices to
 * {@code broadcast}.
 */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.request;
