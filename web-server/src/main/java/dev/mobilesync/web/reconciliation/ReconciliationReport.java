package dev.mobilesync.web.reconciliation;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Collects what a reconciliation inspected, found and published. */
final class ReconciliationReport {

    static final String UNREADABLE = "unreadable";

    private final Consumer<String> lines;
    private final Map<String, Integer> found = new TreeMap<>();
    private int inspected;

    /** Passes one line per finding to {@code lines}. */
    ReconciliationReport(Consumer<String> lines) {
        this.lines = lines;
    }

    void inspected(int captures) {
        inspected += captures;
    }

    /** The reason is a tag of the metric. */
    void republished(String capture, String reason) {
        found.merge(reason, 1, Integer::sum);
        lines.accept("published again: " + capture + " (" + reason + ")");
    }

    void unreadable(String object, String reason) {
        found.merge(UNREADABLE, 1, Integer::sum);
        lines.accept("UNREADABLE: " + object + " (" + reason + ")");
    }

    /** The number of findings by reason. */
    Map<String, Integer> found() {
        return found;
    }

    /** Whether everything could be read. */
    boolean isComplete() {
        return !found.containsKey(UNREADABLE);
    }

    @Override
    public String toString() {
        return inspected + " captures inspected, "
                + found.values().stream().mapToInt(Integer::intValue).sum() + " found"
                + (found.isEmpty() ? "" : " " + found);
    }
}
