/** Consumes {@code status_queue}, with retries. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.state.listener;
