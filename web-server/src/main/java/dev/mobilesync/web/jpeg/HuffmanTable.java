package dev.mobilesync.web.jpeg;

import java.util.Arrays;

/** A table of codes and their symbols (T.81, annex C). */
final class HuffmanTable {

    static final int MAX_LENGTH = 16;

    /** Codes of up to this length are found by one look. */
    private static final int FAST_BITS = 9;

    /** For each beginning of {@link #FAST_BITS} bits: length and symbol of its code; 0 where the code is longer. */
    private final short[] fast = new short[1 << FAST_BITS];
    /** For each length: the first value of {@link #MAX_LENGTH} bits that is no code of it, nor of a shorter one. */
    private final int[] limits = new int[MAX_LENGTH + 1];
    /** For each length: what leads from a code to the index of its symbol. */
    private final int[] offsets = new int[MAX_LENGTH + 1];

    private final byte[] symbols;

    private boolean valid = true;

    /**
     * Defines a table. It may be {@linkplain #isValid() invalid}, which matters only to scans that use it.
     *
     * @param counts how many codes there are of each length, from 1 on
     */
    HuffmanTable(byte[] counts, byte[] symbols) {
        this.symbols = symbols;
        int code = 0;
        int index = 0;
        for (int length = 1; length <= MAX_LENGTH && valid; length++) {
            offsets[length] = index - code;
            int count = counts[length - 1] & 0xFF;
            // The code of ones alone is not allowed.
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

    /** Whether all symbols may be lengths of a DC difference. */
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
