/** Access to Redis: the reader of records, leases, and errors of keys that have another type than expected. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.redis;
