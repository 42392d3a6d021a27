/** State transitions: the status table, and the service that applies, saves and publishes them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.transition;
