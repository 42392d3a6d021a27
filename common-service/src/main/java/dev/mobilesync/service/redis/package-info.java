/** Reads state records from Redis and holds leases there. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.redis;
