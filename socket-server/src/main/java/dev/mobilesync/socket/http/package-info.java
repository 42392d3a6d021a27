/** Serves HTTP: the WebSocket handshake at {@code /ws}, its filters, and security. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.http;
