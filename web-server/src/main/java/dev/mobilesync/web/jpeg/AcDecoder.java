package dev.mobilesync.web.jpeg;

/** Reads a band of AC coefficients of a progressive picture (T.81, annex G). */
final class AcDecoder implements BlockDecoder {

    private static final int ZERO_RUN = 15;

    private final Scan scan;
    private final HuffmanTable table;
    /** Per block one bit per coefficient, in zigzag order: whether it is not zero. Refinement scans need it. */
    private final long[] nonzero;

    /** The remaining blocks of an end-of-band run, which have no codes in this band. */
    private int endOfBandRun;

    /**
     * @param nonzero kept from one scan of the component to the next
     */
    AcDecoder(Scan scan, HuffmanTable table, long[] nonzero) {
        this.scan = scan;
        this.table = table;
        this.nonzero = nonzero;
    }

    @Override
    public void restart() {
        endOfBandRun = 0;
    }

    @Override
    public void decode(BitReader bits, int part, int block) {
        boolean refinement = scan.high() > 0;
        int k = scan.first();
        if (endOfBandRun == 0) {
            for (; k <= scan.last(); k++) {
                int symbol = table.decode(bits);
                int run = symbol >> 4;
                int size = symbol & 15;
                if (size == 0 && run < ZERO_RUN) {
                    endOfBandRun = (1 << run) + bits.read(run);
                    break;
                }
                k = refinement ? refine(bits, block, k, run, size) : decodeFirst(bits, block, k + run, size);
            }
        }
        if (endOfBandRun > 0) {
            if (refinement) {
                skipCorrections(bits, nonzero[block], k, scan.last());
            }
            endOfBandRun--;
        }
    }

    /** Reads the coefficient at a position of a first scan. */
    private int decodeFirst(BitReader bits, int block, int at, int size) {
        if (size > 0) {
            int value = bits.read(size);
            int magnitude = value >> (size - 1) == 0 ? value - (1 << size) + 1 : value;
            if ((short) (magnitude << scan.low()) != 0) {
                setNonzero(block, at);
            }
        }
        return at;
    }

    /** Reads the bits after a symbol, whose run of zeros begins at {@code k}. Returns its coefficient's position. */
    private int refine(BitReader bits, int block, int k, int run, int size) {
        if (size > 0) {
            bits.skip(1);
        }
        int at = Math.min(afterZeros(nonzero[block], k, run), scan.last() + 1);
        skipCorrections(bits, nonzero[block], k, at - 1);
        if (size > 0) {
            setNonzero(block, at);
        }
        return at;
    }

    private void setNonzero(int block, int k) {
        // Like libjpeg, ends an overlong run at the last coefficient.
        nonzero[block] |= 1L << Math.min(k, ScanCoverage.COEFFICIENTS - 1);
    }

    /** Position of the zero after {@code run} zeros from {@code k} on; skips coefficients that are not zero. */
    private static int afterZeros(long nonzero, int k, int run) {
        int at = k;
        int remaining = run;
        while (at < ScanCoverage.COEFFICIENTS) {
            long rest = nonzero >>> at;
            int zeros = rest == 0 ? ScanCoverage.COEFFICIENTS : Long.numberOfTrailingZeros(rest);
            if (remaining < zeros) {
                return at + remaining;
            }
            remaining -= zeros;
            at += zeros;
            at += Long.numberOfTrailingZeros(~(nonzero >>> at));
        }
        return at;
    }

    /** Skips one correction bit per coefficient that is not zero. */
    private static void skipCorrections(BitReader bits, long nonzero, int from, int to) {
        long corrected = nonzero & band(from, to);
        if (corrected != 0) {
            bits.skipMany(Long.bitCount(corrected));
        }
    }

    /** Bit mask from one coefficient to another, both inclusive. */
    private static long band(int from, int to) {
        return from > to ? 0 : -1L >>> (63 - to) & -1L << from;
    }
}
