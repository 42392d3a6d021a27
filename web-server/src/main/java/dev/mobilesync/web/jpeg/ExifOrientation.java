package dev.mobilesync.web.jpeg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The one part of a picture's EXIF that is needed to show it: which way up it is. */
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
     * Reads the orientation, 1 to 8, as Chromium does: the first valid entry counts. An EXIF that is out of order has none
     * and does no harm to its picture, so that is {@link #UPRIGHT}.
     *
     * @param from where the TIFF header starts
     * @param end where the segment ends
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

    /** A whole APP1 segment that holds the orientation and nothing else. */
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
