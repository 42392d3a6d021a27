/** Handles the frames of browsers, and publishes their commands to {@code status_queue}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket.command;
