package dev.mobilesync.testsupport;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes blocks with the Huffman codes of {@link JpegWriter}. */
final class BlockWriter {

    private final ByteArrayOutputStream out;
    private final int[] lastDc;
    private int pendingBits;
    private int pending;

    BlockWriter(ByteArrayOutputStream out, int components) {
        this.out = out;
        this.lastDc = new int[components];
    }

    /** Pads the last byte and resets the state. */
    void endInterval() {
        while (pendingBits > 0) {
            bits(1, 1);
        }
        Arrays.fill(lastDc, 0);
    }

    /**
     * Writes the part of a block that belongs to a scan.
     *
     * @param scan first and last coefficient, bit position before and afterwards
     */
    void write(int[] scan, int component, int[] values) {
        int k = scan[0];
        if (k == 0) {
            if (scan[2] > 0) {
                bits(values[0] >> scan[3] & 1, 1);
            } else {
                int dc = values[0] >> scan[3];
                int difference = dc - lastDc[component];
                lastDc[component] = dc;
                int size = size(difference);
                bits(size, 5);
                value(difference, size);
            }
            k = 1;
        }
        if (scan[2] > 0 && scan[1] > 0) {
            refine(scan, values);
        } else if (scan[1] > 0) {
            int zeros = 0;
            for (; k <= scan[1]; k++) {
                int value = shift(values[k], scan[3]);
                if (value == 0) {
                    zeros++;
                    continue;
                }
                for (; zeros > 15; zeros -= 16) {
                    symbol(0xF0);
                }
                symbol(zeros << 4 | size(value));
                value(value, size(value));
                zeros = 0;
            }
            if (zeros > 0) {
                symbol(0);
            }
        }
    }

    private void refine(int[] scan, int[] values) {
        int lastNew = 0;
        for (int k = scan[0]; k <= scan[1]; k++) {
            if (Math.abs(shift(values[k], scan[3])) == 1) {
                lastNew = k;
            }
        }
        int zeros = 0;
        List<Integer> corrections = new ArrayList<>();
        for (int k = scan[0]; k <= scan[1]; k++) {
            int value = Math.abs(shift(values[k], scan[3]));
            if (value > 1) {
                corrections.add(value & 1);
            } else if (value == 0) {
                zeros++;
            }
            if (k <= lastNew && value == 1) {
                symbol(zeros << 4 | 1);
                bits(values[k] < 0 ? 0 : 1, 1);
                corrections.forEach(bit -> bits(bit, 1));
                corrections.clear();
                zeros = 0;
            } else if (k < lastNew && zeros == 16) {
                symbol(0xF0);
                corrections.forEach(bit -> bits(bit, 1));
                corrections.clear();
                zeros = 0;
            }
        }
        if (zeros > 0 || !corrections.isEmpty()) {
            symbol(0);
            corrections.forEach(bit -> bits(bit, 1));
        }
    }

    private static int shift(int value, int low) {
        return value < 0 ? -(-value >> low) : value >> low;
    }

    static int size(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }

    private void symbol(int symbol) {
        // The three codes of 9 bits follow the 253 of 8 bits.
        bits(symbol < 253 ? symbol : 253 * 2 + symbol - 253, symbol < 253 ? 8 : 9);
    }

    private void value(int value, int size) {
        bits(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private void bits(int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            pending = pending << 1 | value >> i & 1;
            if (++pendingBits == 8) {
                out.write(pending);
                if ((pending & 255) == 255) {
                    out.write(0);
                }
                pendingBits = 0;
                pending = 0;
            }
        }
    }
}
