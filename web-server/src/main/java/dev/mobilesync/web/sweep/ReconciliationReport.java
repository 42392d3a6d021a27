package dev.mobilesync.web.sweep;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a sweep looked at, what it found and what it did. */
final class ReconciliationReport {

    private final Consumer<String> lines;
    private final Map<String, Integer> found = new TreeMap<>();
    private int looked;

    /**
     * @param lines takes a line for each thing that was found
     */
    ReconciliationReport(Consumer<String> lines) {
        this.lines = lines;
    }

    static ReconciliationReport to(PrintStream out) {
        return new ReconciliationReport(out::println);
    }

    void looked(int pictures) {
        looked += pictures;
    }

    /**
     * @param why a few words, the same for all of a kind
     */
    void publishedAgain(String picture, String why) {
        found.merge(why, 1, Integer::sum);
        lines.accept("published again: " + picture + " (" + why + ")");
    }

    void unreadable(String picture, String reason) {
        found.merge("unreadable", 1, Integer::sum);
        lines.accept("UNREADABLE: " + picture + " (" + reason + ")");
    }

    /** How many of what were found. */
    Map<String, Integer> found() {
        return found;
    }

    boolean isWhole() {
        return !found.containsKey("unreadable");
    }

    @Override
    public String toString() {
        return looked + " pictures looked at, "
                + found.values().stream().mapToInt(Integer::intValue).sum() + " found"
                + (found.isEmpty() ? "" : " " + found);
    }
}
