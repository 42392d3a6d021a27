/** Shared parts of the services: publishing, tokens, rate limits, HTTP errors, Redis access and start-up. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.service;
