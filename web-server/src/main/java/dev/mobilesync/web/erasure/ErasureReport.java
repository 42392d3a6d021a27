package dev.mobilesync.web.erasure;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells whoever erases what went and what did not, line by line and in all. */
final class ErasureReport {

    private final PrintStream out;
    private final Map<String, Integer> erased = new TreeMap<>();
    private int remaining;

    ErasureReport(PrintStream out) {
        this.out = out;
    }

    /**
     * @param kind a word for what it is, such as {@code record}
     * @param name which one
     */
    void erased(String kind, String name) {
        erased.merge(kind, 1, Integer::sum);
        out.println("erased: " + kind + " " + name);
    }

    /** Something else that stands beside what was erased, and is not to be. */
    void kept(String name, String reason) {
        out.println("kept: " + name + " (" + reason + ")");
    }

    /** Something that should have gone. */
    void remains(String name, String reason) {
        remaining++;
        out.println("REMAINS: " + name + " (" + reason + ")");
    }

    int erasedInAll() {
        return erased.values().stream().mapToInt(Integer::intValue).sum();
    }

    int remaining() {
        return remaining;
    }

    void finish() {
        String kinds = erased.entrySet().stream()
                .map(kind -> kind.getKey() + ": " + kind.getValue())
                .collect(Collectors.joining(", "));
        out.println("total: " + erasedInAll() + " erased" + (kinds.isEmpty() ? "" : " (" + kinds + ")"));
        if (remaining > 0) {
            out.println("NOT COMPLETE: " + remaining + " could not be erased, see above; run it again");
        }
    }
}
