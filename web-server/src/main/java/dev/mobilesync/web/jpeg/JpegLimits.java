package dev.mobilesync.web.jpeg;

/**
 * The limits among the reasons to reject pictures although browsers show them, all of which are in
 * docs/decisions/0018-check-jpeg-without-libjpeg.md; {@code JpegOracleIT} compares the rest with Chromium.
 *
 * <ul>
 *   <li>More than {@link #MAX_PIXELS}, or a side over {@link #MAX_SIDE}: every proctor's browser has to decode it.
 *   <li>More than {@link #MAX_BLOCKS} in all scans: bounds the CPU time here and in the browsers.
 *   <li>A picture that ends before its last block and has no EOI: the transfer was cut off, and browsers show the rest in
 *       grey.
 * </ul>
 */
final class JpegLimits {

    static final int MAX_SIDE = 16_384;
    /** 8192 × 6144, the largest native size of a phone with 50 megapixels. */
    static final int MAX_PIXELS = 8192 * 6144;
    /**
     * Blocks of 8 × 8 samples, summed over all scans. A progressive picture of {@link #MAX_PIXELS} with four components and
     * libjpeg's standard scans has 18.9 million.
     */
    static final int MAX_BLOCKS = 20_000_000;
    /** Number of blocks that each scan counts for at least, so that a small picture has at most 1,000 scans. */
    static final int MIN_BLOCKS_PER_SCAN = 20_000;

    private JpegLimits() {}
}
