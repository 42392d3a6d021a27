/** Owns the state of every examinee: consumes events and orders, writes records to Redis and broadcasts each change. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state;
