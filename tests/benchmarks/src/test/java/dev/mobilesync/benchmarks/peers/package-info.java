@NullMarked
package dev.mobilesync.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
