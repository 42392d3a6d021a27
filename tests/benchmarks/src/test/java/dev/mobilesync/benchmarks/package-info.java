/** Benchmarks: {@code mvn verify -pl tests/benchmarks -am -Pbenchmarks}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.benchmarks;
