package dev.mobilesync.benchmarks.report;

import java.util.List;

/**
 * One cell of the table.
 *
 * @param samples the value of each round, in the row's unit
 */
public record Figure(Row row, Implementation implementation, List<Double> samples) {

    /** The median of the samples. */
    double median() {
        List<Double> sorted = samples.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    String format() {
        return row.format(median());
    }
}
