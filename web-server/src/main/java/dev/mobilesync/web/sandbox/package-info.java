/** Injects errors into REST requests of certain examinees, while the sandbox is on. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.sandbox;
