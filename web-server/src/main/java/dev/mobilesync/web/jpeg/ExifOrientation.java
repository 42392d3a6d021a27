package dev.mobilesync.web.jpeg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The orientation, the only EXIF tag that the display of a picture needs. */
final class ExifOrientation {

    /** The orientation of a picture that is shown as it is stored. */
    static final int UPRIGHT = 1;

    private static final int MAX_ORIENTATION = 8;
    private static final int TIFF_MAGIC = 42;
    private static final int TIFF_HEADER = 8;
    private static final int ORIENTATION_TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int ENTRY = 12;

    private ExifOrientation() {}

    /**
     * Reads the orientation, 1 to 8. Like Chromium, uses the first valid entry, and {@link #UPRIGHT} for malformed EXIF.
     *
     * @param from start of the TIFF header
     * @param end of the segment
     */
    static int read(byte[] bytes, int from, int end) {
        ByteBuffer tiff = ByteBuffer.wrap(bytes, from, end - from).slice();
        if (tiff.limit() < TIFF_HEADER || tiff.get(0) != tiff.get(1) || tiff.get(0) != 'I' && tiff.get(0) != 'M') {
            return UPRIGHT;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (tiff.getShort(2) != TIFF_MAGIC || directory < 0 || directory > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xFFFF;
        int last = Math.min(directory + 2 + (entries - 1) * ENTRY, tiff.limit() - ENTRY);
        for (int entry = directory + 2; entry <= last; entry += ENTRY) {
            int value = tiff.getShort(entry + 8);
            boolean valid = tiff.getShort(entry) == ORIENTATION_TAG
                    && tiff.getShort(entry + 2) == SHORT
                    && tiff.getInt(entry + 4) == 1
                    && value >= UPRIGHT
                    && value <= MAX_ORIENTATION;
            if (valid) {
                return value;
            }
        }
        return UPRIGHT;
    }

    /** Returns an APP1 segment with the orientation only. */
    static byte[] segment(int orientation) {
        return ByteBuffer.allocate(36)
                .putShort((short) 0xFFE1)
                .putShort((short) 34)
                .put(new byte[] {'E', 'x', 'i', 'f', 0, 0, 'M', 'M'})
                .putShort((short) TIFF_MAGIC)
                .putInt(TIFF_HEADER)
                .putShort((short) 1)
                .putShort((short) ORIENTATION_TAG)
                .putShort((short) SHORT)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }
}
