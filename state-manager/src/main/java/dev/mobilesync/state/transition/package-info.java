/** State transitions: the state machine, and the service that applies, saves and publishes them. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.transition;
