/** The servers that mobile-sync brings along: a broker, Redis and an object store, for where the environment names none. */
@NullMarked
package dev.mobilesync.embedded;

import org.jspecify.annotations.NullMarked;
