/** Configuration properties, time limits, object keys, and reads from Redis with a short time limit, which several features use. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.common;
