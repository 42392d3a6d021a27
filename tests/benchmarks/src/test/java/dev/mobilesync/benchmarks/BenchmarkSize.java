package dev.mobilesync.benchmarks;

/**
 * The amount of load. Each number has a name: {@code -Dbenchmarks.NAME=…} sets it. {@code -Dbenchmarks.size=small} selects small
 * numbers, which only show that each benchmark works.
 */
final class BenchmarkSize {

    private BenchmarkSize() {}

    static int of(String name, int full, int small) {
        boolean isSmall = "small".equals(System.getProperty("benchmarks.size"));
        return Integer.getInteger("benchmarks." + name, isSmall ? small : full);
    }
}
