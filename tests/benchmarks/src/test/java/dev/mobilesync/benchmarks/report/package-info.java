@NullMarked
package dev.mobilesync.benchmarks.report;

import org.jspecify.annotations.NullMarked;
