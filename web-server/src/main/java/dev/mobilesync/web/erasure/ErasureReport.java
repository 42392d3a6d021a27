package dev.mobilesync.web.erasure;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was erased, or would be, and what remains: item by item, and in total. */
public final class ErasureReport {

    private final boolean dryRun;
    private final Consumer<Item> items;
    private final LongConsumer listed;
    private final Map<String, Integer> erased = new TreeMap<>();
    private long versions;
    private int remaining;

    /** What becomes of an object. */
    public enum Action {
        ERASED("erased"),
        /** In a dry run. */
        WOULD_ERASE("would erase"),
        /** It is out of scope. */
        KEPT("kept"),
        /** It could not be erased. */
        REMAINS("REMAINS");

        private final String text;

        Action(String text) {
            this.text = text;
        }
    }

    /**
     * One object.
     *
     * @param object its kind and name
     * @param reason why it was not erased; {@code null} if it was
     */
    public record Item(
            Action action, String object, @Nullable String reason) {

        @Override
        public String toString() {
            return action.text + ": " + object + (reason == null ? "" : " (" + reason + ")");
        }
    }

    /**
     * @param items receives each item
     * @param listed receives the number of versions that the store has listed so far
     */
    ErasureReport(boolean dryRun, Consumer<Item> items, LongConsumer listed) {
        this.dryRun = dryRun;
        this.items = items;
        this.listed = listed;
    }

    void listed() {
        versions++;
        listed.accept(versions);
    }

    void erased(String kind, String name) {
        erased.merge(kind, 1, Integer::sum);
        items.accept(new Item(dryRun ? Action.WOULD_ERASE : Action.ERASED, kind + " " + name, null));
    }

    /** Reports an object that is out of scope and stays. */
    void kept(String name, String reason) {
        items.accept(new Item(Action.KEPT, name, reason));
    }

    /** Reports an object that could not be erased. */
    void remains(String name, String reason) {
        remaining++;
        items.accept(new Item(Action.REMAINS, name, reason));
    }

    /** The numbers of erased objects by their kinds. */
    public Map<String, Integer> erased() {
        return erased;
    }

    public int totalErased() {
        return erased.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The number of {@code REMAINS} lines. One may stand for many objects, if they could not be listed. */
    public int remaining() {
        return remaining;
    }

    /** Returns one line, or two if something remains. */
    public String total() {
        String kinds = erased.entrySet().stream()
                .map(kind -> kind.getKey() + ": " + kind.getValue())
                .collect(Collectors.joining(", "));
        return "total: " + totalErased() + (dryRun ? " would be erased" : " erased")
                + (kinds.isEmpty() ? "" : " (" + kinds + ")")
                + (remaining == 0
                        ? ""
                        : "\nNOT COMPLETE: " + remaining + (dryRun ? " could not be read" : " could not be erased")
                                + " (see above); run the command again");
    }
}
