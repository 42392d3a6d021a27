/** Owns the state of every examinee: consumes events, writes records to Redis and broadcasts each change. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state;
