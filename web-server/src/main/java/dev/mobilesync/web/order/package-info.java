/** Accepts orders over REST, each once, and publishes them to {@code status_queue}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.order;
