package dev.mobilesync.web.jpeg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What of a JPEG is stored. A list of what stays, not of what goes, so that no maker's own segment is overlooked: all
 * that a decoder needs, byte for byte; of the application segments JFIF and Adobe (how colours are coded) without their
 * thumbnails, and ICC profiles; of EXIF the orientation. Comments, GPS, XMP, IPTC, further pictures and whatever follows
 * the end of the picture are not taken over.
 *
 * <p>Commons Imaging's {@code ExifRewriter} was tried and keeps comments, XMP, MPF and what follows the end.
 */
final class KeptSegments {

    private static final byte[] JFIF = ascii("JFIF\0");
    private static final byte[] EXIF = ascii("Exif\0");
    private static final byte[] ICC = ascii("ICC_PROFILE\0");
    private static final byte[] ADOBE = ascii("Adobe");
    private static final int MARKER_AND_LENGTH = 4;
    private static final int JFIF_CONTENT = 14;
    private static final int JFIF_THUMBNAIL_SIZE = 2;
    private static final int ADOBE_CONTENT = 12;
    /** After {@code Exif}, a zero and a byte that fills up. */
    private static final int EXIF_HEADER = 6;

    private final byte[] sent;
    private final byte[] kept;
    private int length;
    private int exifAt = -1;
    private int orientation = Exif.UPRIGHT;
    private boolean jfif;
    private boolean adobe;

    KeptSegments(byte[] sent) {
        this.sent = sent;
        this.kept = new byte[sent.length];
    }

    /** Takes over a part as it is. */
    void keep(int from, int to) {
        System.arraycopy(sent, from, kept, length, to - from);
        length += to - from;
    }

    /**
     * Takes over what is needed of an application's segment.
     *
     * @param from where its marker starts
     * @param to where it ends
     */
    void application(int marker, int from, int to) {
        if (marker == 0xE0 && !jfif && startsWith(from, to, JFIF, JFIF_CONTENT)) {
            jfif = true;
            keepStart(from, JFIF_CONTENT);
            Arrays.fill(kept, length - JFIF_THUMBNAIL_SIZE, length, (byte) 0);
        } else if (marker == 0xE1 && exifAt < 0 && startsWith(from, to, EXIF, EXIF_HEADER)) {
            exifAt = length;
            orientation = Exif.orientation(sent, from + MARKER_AND_LENGTH + EXIF_HEADER, to);
        } else if (marker == 0xE2 && startsWith(from, to, ICC, ICC.length)) {
            keep(from, to);
        } else if (marker == 0xEE && startsWith(from, to, ADOBE, ADOBE_CONTENT)) {
            adobe = true;
            keepStart(from, ADOBE_CONTENT);
        }
    }

    /** The picture, once all of its parts were seen. */
    byte[] picture() {
        // Without JFIF and Adobe, that there is an EXIF tells some decoders that the colours are YCbCr.
        boolean needsExif = exifAt >= 0 && (orientation != Exif.UPRIGHT || !(jfif || adobe));
        if (!needsExif) {
            return Arrays.copyOf(kept, length);
        }
        byte[] exif = Exif.segment(orientation);
        byte[] picture = new byte[length + exif.length];
        System.arraycopy(kept, 0, picture, 0, exifAt);
        System.arraycopy(exif, 0, picture, exifAt, exif.length);
        System.arraycopy(kept, exifAt, picture, exifAt + exif.length, length - exifAt);
        return picture;
    }

    private boolean startsWith(int from, int to, byte[] name, int minContent) {
        int content = from + MARKER_AND_LENGTH;
        return to - content >= minContent && Arrays.equals(sent, content, content + name.length, name, 0, name.length);
    }

    private void keepStart(int from, int content) {
        keep(from, from + MARKER_AND_LENGTH + content);
        int lengthField = length - content - 2;
        kept[lengthField] = 0;
        kept[lengthField + 1] = (byte) (content + 2);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
