package dev.mobilesync.web.jpeg;

/** Reads a band of AC coefficients of a progressive picture (T.81, annex G). */
abstract class AcDecoder implements BlockDecoder {

    private static final int ZERO_RUN = 15;

    final Scan scan;
    private final HuffmanTable table;
    /** Per block one bit per coefficient, in zigzag order: whether it is not zero. Refinement scans need it. */
    final long[] nonzero;

    private int blocksWithoutCodes;

    private AcDecoder(Scan scan, HuffmanTable table, long[] nonzero) {
        this.scan = scan;
        this.table = table;
        this.nonzero = nonzero;
    }

    /**
     * Returns a decoder for the scan.
     *
     * @param nonzero kept from one scan of the component to the next
     */
    static AcDecoder of(Scan scan, HuffmanTable table, long[] nonzero) {
        return scan.high() == 0 ? new First(scan, table, nonzero) : new Refinement(scan, table, nonzero);
    }

    @Override
    public void restart() {
        blocksWithoutCodes = 0;
    }

    @Override
    public void decode(BitReader bits, int part, int block) {
        int k = scan.first();
        if (blocksWithoutCodes == 0) {
            for (; k <= scan.last(); k++) {
                int symbol = table.decode(bits);
                int run = symbol >> 4;
                int size = symbol & 15;
                if (size == 0 && run < ZERO_RUN) {
                    blocksWithoutCodes = (1 << run) + bits.read(run);
                    break;
                }
                k = decodeCoefficient(bits, block, k, run, size);
            }
        }
        if (blocksWithoutCodes > 0) {
            skipRest(bits, block, k);
            blocksWithoutCodes--;
        }
    }

    /**
     * Reads the bits that follow a symbol.
     *
     * @param k position where the run of zeros begins
     * @return the position of the symbol's coefficient
     */
    abstract int decodeCoefficient(BitReader bits, int block, int k, int run, int size);

    /** Reads the rest of a block after its last code. */
    abstract void skipRest(BitReader bits, int block, int k);

    final void setNonzero(int block, int k) {
        // Like libjpeg, ends an overlong run at the last coefficient.
        nonzero[block] |= 1L << Math.min(k, ScanCoverage.COEFFICIENTS - 1);
    }

    private static final class First extends AcDecoder {

        private First(Scan scan, HuffmanTable table, long[] nonzero) {
            super(scan, table, nonzero);
        }

        @Override
        int decodeCoefficient(BitReader bits, int block, int k, int run, int size) {
            int at = k + run;
            if (size > 0) {
                int value = bits.read(size);
                int magnitude = value >> (size - 1) == 0 ? value - (1 << size) + 1 : value;
                if ((short) (magnitude << scan.low()) != 0) {
                    setNonzero(block, at);
                }
            }
            return at;
        }

        @Override
        void skipRest(BitReader bits, int block, int k) {
            // nothing follows
        }
    }

    private static final class Refinement extends AcDecoder {

        private Refinement(Scan scan, HuffmanTable table, long[] nonzero) {
            super(scan, table, nonzero);
        }

        @Override
        int decodeCoefficient(BitReader bits, int block, int k, int run, int size) {
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

        @Override
        void skipRest(BitReader bits, int block, int k) {
            skipCorrections(bits, nonzero[block], k, scan.last());
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
}
