package dev.mobilesync.web.jpeg;

/** Reads the codes of one block after the other to find their end. Values are discarded. */
interface BlockDecoder {

    /**
     * Reads one block.
     *
     * @param part index of its component in the scan
     * @param block its index among the component's blocks, if the scan is not interleaved
     */
    void decode(BitReader bits, int part, int block);

    /** Resets the state after a restart marker. */
    default void restart() {}

    /** All coefficients of a block at once. */
    record Sequential(HuffmanTable[] dc, HuffmanTable[] ac) implements BlockDecoder {

        @Override
        public void decode(BitReader bits, int part, int block) {
            bits.skip(dc[part].decode(bits));
            HuffmanTable table = ac[part];
            for (int k = 1; k < ScanCoverage.COEFFICIENTS; k++) {
                int symbol = table.decode(bits);
                int run = symbol >> 4;
                int size = symbol & 15;
                if (size == 0 && run != 15) {
                    break;
                }
                k += run;
                bits.skip(size);
            }
        }
    }

    /** The first scan of the DC coefficient of a progressive picture. */
    record DcFirst(HuffmanTable[] dc) implements BlockDecoder {

        @Override
        public void decode(BitReader bits, int part, int block) {
            bits.skip(dc[part].decode(bits));
        }
    }

    /** A refinement scan of the DC coefficient: one more bit. */
    record DcRefinement() implements BlockDecoder {

        @Override
        public void decode(BitReader bits, int part, int block) {
            bits.skip(1);
        }
    }
}
