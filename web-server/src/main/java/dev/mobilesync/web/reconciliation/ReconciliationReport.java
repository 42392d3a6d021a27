package dev.mobilesync.web.reconciliation;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Collects what a reconciliation inspected, found and published. */
public final class ReconciliationReport {

    static final String UNREADABLE = "unreadable";

    private final Consumer<String> lines;
    private final IntConsumer progress;
    private final Map<String, Integer> found = new TreeMap<>();
    private int inspected;

    /**
     * @param lines receives one line per finding
     * @param progress receives the number of captures that were inspected so far
     */
    public ReconciliationReport(Consumer<String> lines, IntConsumer progress) {
        this.lines = lines;
        this.progress = progress;
    }

    void inspected(int captures) {
        inspected += captures;
        progress.accept(inspected);
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

    /** The number of captures that were inspected. */
    public int inspected() {
        return inspected;
    }

    /** The number of findings by reason. */
    public Map<String, Integer> found() {
        return found;
    }

    /** Whether everything could be read. */
    public boolean isComplete() {
        return !found.containsKey(UNREADABLE);
    }

    @Override
    public String toString() {
        return inspected + " captures inspected, "
                + found.values().stream().mapToInt(Integer::intValue).sum() + " found"
                + (found.isEmpty() ? "" : " " + found);
    }
}
