/** Throughput and latency of the services, run by {@code mvn verify -pl tests/benchmarks -am -Pbenchmarks}. */
@org.jspecify.annotations.NullMarked
package dev.mobilesync.benchmarks;
