/** Limits how often one caller or address may send requests. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.ratelimit;
