/** The whole scenario through all services, against real and against embedded servers. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.endtoend;
