/** Errors of the HTTP API, the ids in its paths, the header {@code Idempotency-Key}, and who supervises a plan. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.http;
