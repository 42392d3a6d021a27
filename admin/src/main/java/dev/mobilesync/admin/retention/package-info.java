/** The command {@code retention}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.retention;
