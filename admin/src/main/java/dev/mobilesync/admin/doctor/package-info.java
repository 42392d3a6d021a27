/** The command that checks the broker, Redis, the object store and the clocks. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.admin.doctor;
