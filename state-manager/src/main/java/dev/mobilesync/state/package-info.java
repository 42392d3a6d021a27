/** Owns the state of every examinee: consumes the messages of {@code status_queue}, writes records to Redis and broadcasts each change. This package starts the service; the features have packages of their own. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state;
