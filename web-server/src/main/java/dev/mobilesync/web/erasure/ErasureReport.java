package dev.mobilesync.web.erasure;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints what was erased and what remains, line by line and in total. */
final class ErasureReport {

    private final PrintStream out;
    private final Map<String, Integer> erased = new TreeMap<>();
    private int remaining;

    ErasureReport(PrintStream out) {
        this.out = out;
    }

    void erased(String kind, String name) {
        erased.merge(kind, 1, Integer::sum);
        out.println("erased: " + kind + " " + name);
    }

    /** Reports an object that is out of scope and stays. */
    void kept(String name, String reason) {
        out.println("kept: " + name + " (" + reason + ")");
    }

    /** Reports an object that could not be erased. */
    void remains(String name, String reason) {
        remaining++;
        out.println("REMAINS: " + name + " (" + reason + ")");
    }

    int totalErased() {
        return erased.values().stream().mapToInt(Integer::intValue).sum();
    }

    int remaining() {
        return remaining;
    }

    void printTotal() {
        String kinds = erased.entrySet().stream()
                .map(kind -> kind.getKey() + ": " + kind.getValue())
                .collect(Collectors.joining(", "));
        out.println("total: " + totalErased() + " erased" + (kinds.isEmpty() ? "" : " (" + kinds + ")"));
        if (remaining > 0) {
            out.println("NOT COMPLETE: " + remaining + " could not be erased (see above); run the command again");
        }
    }
}
