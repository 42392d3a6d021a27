/** Connections of paired phones. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.device;
