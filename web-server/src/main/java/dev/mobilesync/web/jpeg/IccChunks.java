package dev.mobilesync.web.jpeg;

import java.util.BitSet;

/** The segments into which an ICC profile is divided: number, count, data (ICC.1, annex B.4). */
final class IccChunks {

    private static final int HEADER = 2;

    private final BitSet numbers = new BitSet();
    private int count;
    private boolean valid = true;

    /** Adds a segment. Its content begins after the name and has this length. */
    void add(byte[] bytes, int from, int length) {
        if (length <= HEADER) {
            valid = false;
            return;
        }
        int number = bytes[from] & 0xFF;
        int total = bytes[from + 1] & 0xFF;
        valid &= number >= 1 && number <= total && (count == 0 || count == total) && !numbers.get(number);
        count = total;
        numbers.set(number);
    }

    /** Whether every chunk is present once, with data. */
    boolean isComplete() {
        return valid && numbers.cardinality() == count;
    }
}
