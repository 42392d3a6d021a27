/** The fault suite: injected faults, simulated users, and a checker of the guarantees of docs/reliability.md. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.reliability;
