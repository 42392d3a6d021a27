/** Access to Redis: the reader of records, leases, and errors of keys. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.redis;
