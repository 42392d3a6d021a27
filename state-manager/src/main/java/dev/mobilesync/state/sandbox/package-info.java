/** Timeouts and delays on request, while the sandbox is on. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.sandbox;
