/** Limits the rate of operations, per process or across instances through Redis. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.ratelimit;
