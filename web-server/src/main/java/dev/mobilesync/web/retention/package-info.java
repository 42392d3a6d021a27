/** Deletes pictures whose retention time has passed, unless their plan is held. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.retention;
