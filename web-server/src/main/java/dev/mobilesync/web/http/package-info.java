/**
 * Errors of the HTTP API, the ids in its paths, the header {@code Idempotency-Key}, and who supervises a plan. The last is not in
 * {@code security}, which depends on packages that need it.
 */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.http;
