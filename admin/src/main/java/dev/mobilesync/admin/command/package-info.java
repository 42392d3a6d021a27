/** What all commands share: settings, output, progress, and exit codes. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.command;
