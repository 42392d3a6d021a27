/** Authenticates requests and decides which of them need a token. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.web.security;
