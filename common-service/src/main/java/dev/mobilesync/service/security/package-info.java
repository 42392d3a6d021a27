/** Validates access tokens, identifies callers, and writes the audit log. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service.security;
