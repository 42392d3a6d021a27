/** Embedded broker, Redis and object store, each used if the environment names no other server. */
@NullMarked
package dev.mobilesync.embedded;

import org.jspecify.annotations.NullMarked;
