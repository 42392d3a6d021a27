/** Configuration properties, time limits and object keys, which several features use. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.common;
