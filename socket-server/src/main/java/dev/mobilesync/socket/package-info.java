/** Connects browsers over STOMP. Sends them every change, and an examinee's browser first its current state. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket;
