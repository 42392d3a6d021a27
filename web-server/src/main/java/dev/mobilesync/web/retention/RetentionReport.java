package dev.mobilesync.web.retention;

import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Counts what a run deleted and what remains. A picture is one version of an object. */
public final class RetentionReport {

    private final boolean dryRun;
    private final Consumer<String> lines;
    private final IntConsumer progress;
    private int listed;
    private int deleted;
    private int deleteMarkers;
    private int held;
    private int foreign;
    private int remaining;

    /**
     * @param dryRun whether the run reports only what it would delete
     * @param lines receives one line for each picture
     * @param progress receives the number of versions and delete markers that were listed so far
     */
    public RetentionReport(boolean dryRun, Consumer<String> lines, IntConsumer progress) {
        this.dryRun = dryRun;
        this.lines = lines;
        this.progress = progress;
    }

    void listed() {
        listed++;
        progress.accept(listed);
    }

    void deleted(String picture) {
        deleted++;
        lines.accept((dryRun ? "would be deleted: " : "deleted: ") + picture);
    }

    void deletedMarker(String name) {
        deleteMarkers++;
        lines.accept((dryRun ? "would be deleted: " : "deleted: ") + "delete marker " + name);
    }

    void held(String picture, String planId) {
        held++;
        lines.accept("held: " + picture + " of plan " + planId);
    }

    /** Reports an object that has a picture's key but not its metadata. */
    void foreign(String object) {
        foreign++;
        lines.accept("kept: " + object + " (no capture)");
    }

    /** Reports an object that the store refuses to delete or to read. */
    void remains(String object, String reason) {
        remaining++;
        lines.accept("REMAINS: " + object + " (" + reason + ")");
    }

    boolean isDryRun() {
        return dryRun;
    }

    /** How many pictures were deleted, or would be. */
    public int totalDeleted() {
        return deleted;
    }

    /** How many expired pictures belong to held plans. */
    public int totalHeld() {
        return held;
    }

    /** How many objects the store refused to delete or to read. */
    public int remaining() {
        return remaining;
    }

    /** Whether the run met nothing to delete. */
    boolean isIdle() {
        return deleted == 0 && deleteMarkers == 0 && remaining == 0;
    }

    @Override
    public String toString() {
        return deleted + " pictures and " + deleteMarkers + " delete markers "
                + (dryRun ? "would be deleted, " : "deleted, ") + held + " held, " + foreign + " no captures, "
                + remaining + " remaining";
    }
}
