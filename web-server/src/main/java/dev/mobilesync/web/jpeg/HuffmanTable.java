package dev.mobilesync.web.jpeg;

import java.util.Arrays;

/** A table of codes and their symbols (T.81, annex C). */
final class HuffmanTable {

    static final int MAX_LENGTH = 16;

    /** Codes of up to this length are found by one table lookup. */
    private static final int FAST_BITS = 9;

    /** Per prefix of {@link #FAST_BITS} bits: length and symbol of its code; 0 if the code is longer. */
    private final short[] fast = new short[1 << FAST_BITS];
    /** Per length: the first value of {@link #MAX_LENGTH} bits beyond the codes of this or a shorter length. */
    private final int[] limits = new int[MAX_LENGTH + 1];
    /** Per length: the difference between the index of a symbol and its code. */
    private final int[] offsets = new int[MAX_LENGTH + 1];

    private final byte[] symbols;

    private boolean valid = true;

    /**
     * Defines a table. An {@linkplain #isValid() invalid} one matters only to scans that use it.
     *
     * @param counts the number of codes per length, from 1 on
     */
    HuffmanTable(byte[] counts, byte[] symbols) {
        this.symbols = symbols;
        int code = 0;
        int index = 0;
        for (int length = 1; length <= MAX_LENGTH && valid; length++) {
            offsets[length] = index - code;
            int count = counts[length - 1] & 0xFF;
            // A code of all ones is not allowed.
            valid = code + count < 1 << length;
            for (int i = 0; i < count && valid && length <= FAST_BITS; i++) {
                fillFast(code + i, length, symbols[index + i]);
            }
            code += count;
            index += count;
            limits[length] = code << (MAX_LENGTH - length);
            code <<= 1;
        }
    }

    private void fillFast(int code, int length, byte symbol) {
        int from = code << (FAST_BITS - length);
        int to = (code + 1) << (FAST_BITS - length);
        Arrays.fill(fast, from, to, (short) (length << 8 | symbol & 0xFF));
    }

    /** Whether all codes fit into their lengths. */
    boolean isValid() {
        return valid;
    }

    /** Whether all symbols are valid lengths of a DC difference. */
    boolean isValidForDc() {
        for (byte symbol : symbols) {
            if ((symbol & 0xFF) > 15) {
                return false;
            }
        }
        return true;
    }

    /** The next symbol; 0 for an invalid code, as in libjpeg. */
    int decode(BitReader bits) {
        int next = bits.peek(MAX_LENGTH);
        int found = fast[next >>> (MAX_LENGTH - FAST_BITS)];
        if (found != 0) {
            bits.skip(found >>> 8);
            return found & 0xFF;
        }
        for (int length = FAST_BITS + 1; length <= MAX_LENGTH; length++) {
            if (next < limits[length]) {
                bits.skip(length);
                return symbols[(next >>> (MAX_LENGTH - length)) + offsets[length]] & 0xFF;
            }
        }
        bits.markDamaged();
        return 0;
    }
}
