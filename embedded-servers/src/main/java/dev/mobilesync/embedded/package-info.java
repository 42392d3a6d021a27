/** Embedded broker, Redis and object store, used if the environment names no other. */
@NullMarked
package dev.mobilesync.embedded;

import org.jspecify.annotations.NullMarked;
