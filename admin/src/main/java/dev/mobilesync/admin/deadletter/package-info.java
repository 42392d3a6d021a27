/** The commands about dead letters. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.deadletter;
