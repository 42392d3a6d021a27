/** Finds pictures that no record speaks of, and publishes their status again. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.sweep;
