/** Embedded broker, Redis and object store, for trials and tests. */
@NullMarked
package dev.mobilesync.embedded;

import org.jspecify.annotations.NullMarked;
