/** Connects browsers over STOMP. Sends them every change, and an examinee's browser first its current state. This package starts the service; the features have packages of their own. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket;
