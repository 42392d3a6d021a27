@org.jspecify.annotations.NullMarked
package dev.mobilesync.benchmarks.simplebroker;
