/** Connects browsers over STOMP. Sends them every change, and an examinee's browser and phone first the current state. This package starts the service; the features have packages of their own. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.socket;
