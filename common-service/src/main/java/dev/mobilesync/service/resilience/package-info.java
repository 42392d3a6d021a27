/** Calls to servers that may be unavailable: back-off between retries, and circuit breakers. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.resilience;
