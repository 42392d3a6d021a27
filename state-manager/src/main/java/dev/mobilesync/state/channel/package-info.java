/** Channels of the broker that deliver messages. */
@NullMarked
package dev.mobilesync.state.channel;

import org.jspecify.annotations.NullMarked;
