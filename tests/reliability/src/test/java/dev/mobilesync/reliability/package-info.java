/** The fault suite: processes that are killed, users that come back, and a checker that decides afterwards. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.reliability;
