/** A bounded cache in memory. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.cache;
