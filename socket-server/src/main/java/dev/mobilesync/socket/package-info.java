/** Connects browsers over STOMP: fans out every change, and shows the current state first. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket;
