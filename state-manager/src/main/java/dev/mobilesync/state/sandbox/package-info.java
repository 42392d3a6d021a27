/** Injects timeouts and delays for certain examinees, while the sandbox is on. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.sandbox;
