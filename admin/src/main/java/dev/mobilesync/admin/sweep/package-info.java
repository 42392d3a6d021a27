/** The command that publishes lost statuses again. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.sweep;
