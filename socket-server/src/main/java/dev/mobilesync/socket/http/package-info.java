/** Serves HTTP: the WebSocket handshake at {@code /ws} (origin, forwarded headers, response headers), and the frames of its connection. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.http;
