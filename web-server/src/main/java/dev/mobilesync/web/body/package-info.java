/** Receives request bodies asynchronously, before the requests are handled. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.body;
