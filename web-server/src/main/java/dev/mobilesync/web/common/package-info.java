/** Configuration properties, deadlines and object keys that several features share. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.common;
