/** Spans and their propagation in the headers of messages. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.tracing;
