/** Requests of examinees that fail on request, while the sandbox is on. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.sandbox;
