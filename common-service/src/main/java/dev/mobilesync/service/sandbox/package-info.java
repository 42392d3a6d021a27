/** Failures on request, for examinees whose ids begin with a prefix. Off by default. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.sandbox;
