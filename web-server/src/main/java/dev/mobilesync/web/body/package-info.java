/** Receives the bodies of requests without a thread that waits, before the requests are handled. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.body;
