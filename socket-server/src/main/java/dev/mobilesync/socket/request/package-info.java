/**
 * Handles the STOMP frames of clients, and publishes entries into the step and orders to {@code status_queue}, signals and notices to
 * {@code broadcast}.
 */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.request;
