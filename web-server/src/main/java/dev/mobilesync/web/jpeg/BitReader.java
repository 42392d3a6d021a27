package dev.mobilesync.web.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads the bits of an entropy-coded segment. Like libjpeg, it stops before the next marker and removes stuffed zeros and
 * fill bytes.
 */
final class BitReader {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;

    private final byte[] bytes;
    private final int start;
    private int position;
    private long buffer;
    private int bufferedBits;
    private boolean damaged;

    BitReader(byte[] bytes, int position) {
        this.bytes = bytes;
        this.start = position;
        this.position = position;
    }

    /** Returns the next {@code count} bits, at most 16, without consuming them. Zeros follow the last bit. */
    int peek(int count) {
        if (bufferedBits < count) {
            fill();
            if (bufferedBits < count) {
                return (int) (buffer << (count - bufferedBits)) & ((1 << count) - 1);
            }
        }
        return (int) (buffer >>> (bufferedBits - count)) & ((1 << count) - 1);
    }

    /** Consumes {@code count} bits, at most 16. */
    void skip(int count) {
        if (bufferedBits < count) {
            fill();
            if (bufferedBits < count) {
                damaged = true;
                return;
            }
        }
        bufferedBits -= count;
    }

    int read(int count) {
        int bits = peek(count);
        skip(count);
        return bits;
    }

    /** Consumes any number of bits, also more than 16. */
    void skipMany(int count) {
        int remaining = count;
        for (; remaining > 16; remaining -= 16) {
            skip(16);
        }
        skip(remaining);
    }

    /** Whether a code was invalid or the bits ended early. */
    boolean isDamaged() {
        return damaged;
    }

    void markDamaged() {
        damaged = true;
    }

    /** Expects the restart marker next and continues behind it. */
    void readRestart(int marker) {
        int at = end();
        bufferedBits = 0;
        position = at;
        while (position < bytes.length && bytes[position] == (byte) 0xFF) {
            position++;
        }
        if (position > at && position < bytes.length && (bytes[position] & 0xFF) == marker) {
            position++;
        } else {
            position = at;
            damaged = true;
        }
    }

    /** Position of the byte after the last consumed bit. */
    int end() {
        int at = position;
        for (int unread = bufferedBits / 8; unread > 0; unread--) {
            at--;
            boolean stuffed = bytes[at] == 0;
            while (stuffed && at > start && bytes[at - 1] == (byte) 0xFF) {
                at--;
            }
        }
        return at;
    }

    /** Fills the buffer by several bytes at once, except near a byte of ones, which may begin a marker. */
    private void fill() {
        if (position + Long.BYTES <= bytes.length) {
            long next = (long) LONGS.get(bytes, position);
            if (!containsByteOfOnes(next)) {
                int count = (Long.SIZE - 1 - bufferedBits) / Byte.SIZE;
                buffer = buffer << (count * Byte.SIZE) | next >>> (Long.SIZE - count * Byte.SIZE);
                bufferedBits += count * Byte.SIZE;
                position += count;
                return;
            }
        }
        fillByByte();
    }

    /** A byte of ones is a zero of the complement, and only a subtraction from a zero borrows. */
    private static boolean containsByteOfOnes(long eightBytes) {
        return (~eightBytes - LOWEST_BITS & eightBytes & LOWEST_BITS << (Byte.SIZE - 1)) != 0;
    }

    private void fillByByte() {
        while (bufferedBits <= 48 && position < bytes.length) {
            int next = bytes[position] & 0xFF;
            if (next == 0xFF) {
                int follower = position + 1;
                while (follower < bytes.length && bytes[follower] == (byte) 0xFF) {
                    follower++;
                }
                if (follower == bytes.length || bytes[follower] != 0) {
                    return;
                }
                position = follower;
            }
            position++;
            buffer = buffer << 8 | next;
            bufferedBits += 8;
        }
    }
}
