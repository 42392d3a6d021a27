/** Connects browsers over STOMP. Sends each its current state, and then every change. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket;
