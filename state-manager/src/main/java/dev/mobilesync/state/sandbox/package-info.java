/** Shortens the timeout of certain examinees, or reports their state changes as delayed, while the sandbox is on. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.sandbox;
