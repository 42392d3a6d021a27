/** Errors of the HTTP API, and the ids in its paths. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.http;
