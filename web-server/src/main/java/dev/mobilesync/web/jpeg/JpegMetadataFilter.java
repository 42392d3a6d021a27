package dev.mobilesync.web.jpeg;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the parts of a JPEG that are stored. An allow list, so that no proprietary segment passes: everything that a
 * decoder needs, byte for byte; JFIF and Adobe segments (which define the coding of colours) without thumbnails; a complete
 * ICC profile; the orientation of EXIF. Comments, GPS, XMP, IPTC, further pictures, stray bytes between segments and
 * everything after the end of the picture are removed.
 *
 * <p>Commons Imaging's {@code ExifRewriter} keeps comments, XMP, MPF and what follows the end.
 */
final class JpegMetadataFilter {

    private static final byte[] JFIF = ascii("JFIF\0");
    private static final byte[] EXIF = ascii("Exif\0");
    private static final byte[] ICC = ascii("ICC_PROFILE\0");
    private static final byte[] ADOBE = ascii("Adobe");
    private static final byte[] START = {(byte) 0xFF, (byte) Markers.SOI};
    private static final byte[] END = {(byte) 0xFF, (byte) Markers.EOI};
    private static final int MARKER_AND_LENGTH = 4;
    private static final int JFIF_CONTENT = 14;
    private static final int JFIF_THUMBNAIL_SIZE = 2;
    private static final int ADOBE_CONTENT = 12;
    /** {@code Exif}, a zero and a padding byte. */
    private static final int EXIF_HEADER = 6;

    private final byte[] sent;
    private final List<Part> parts = new ArrayList<>();
    private final IccChunks profile = new IccChunks();
    private final List<Part> profileParts = new ArrayList<>();
    private int endOfScans;
    private int exifAt = -1;
    private int orientation = ExifOrientation.UPRIGHT;
    private boolean orientationRead;
    private boolean jfif;
    private boolean adobe;

    /** A range of bytes to store. */
    private record Part(byte[] source, int from, int to) {

        int length() {
            return to - from;
        }
    }

    JpegMetadataFilter(byte[] sent) {
        this.sent = sent;
        add(START);
    }

    /** Keeps a range unchanged. */
    void keep(int from, int to) {
        parts.add(new Part(sent, from, to));
    }

    /** Keeps a scan. What follows the last scan is removed. */
    void keepScan(int from, int to) {
        keep(from, to);
        endOfScans = parts.size();
    }

    private void add(byte[] bytes) {
        parts.add(new Part(bytes, 0, bytes.length));
    }

    /** Keeps the allowed part of an application segment, which begins with its marker. */
    void addApplicationSegment(int marker, int from, int to) {
        if (marker == 0xE0 && !jfif && startsWith(from, to, JFIF, JFIF_CONTENT)) {
            jfif = true;
            byte[] segment = truncated(from, JFIF_CONTENT);
            Arrays.fill(segment, segment.length - JFIF_THUMBNAIL_SIZE, segment.length, (byte) 0);
            add(segment);
        } else if (marker == 0xE1 && startsWith(from, to, EXIF, EXIF_HEADER)) {
            readExif(from + MARKER_AND_LENGTH + EXIF_HEADER, to);
        } else if (marker == 0xE2 && startsWith(from, to, ICC, ICC.length)) {
            int content = from + MARKER_AND_LENGTH + ICC.length;
            profile.add(sent, content, to - content);
            keep(from, to);
            profileParts.add(parts.get(parts.size() - 1));
        } else if (marker == 0xEE && startsWith(from, to, ADOBE, ADOBE_CONTENT)) {
            adobe = true;
            add(truncated(from, ADOBE_CONTENT));
        }
    }

    private void readExif(int from, int to) {
        if (exifAt < 0) {
            exifAt = parts.size();
        }
        // Chromium reads the first EXIF segment that is not empty.
        if (!orientationRead && from < to) {
            orientationRead = true;
            orientation = ExifOrientation.read(sent, from, to);
        }
    }

    /** Assembles the picture after all parts were added. */
    byte[] assemble() {
        parts.subList(endOfScans, parts.size()).clear();
        add(END);
        if (orientation > ExifOrientation.UPRIGHT || exifAt >= 0 && !jfif && !adobe) {
            // Without JFIF and Adobe segments, some decoders infer YCbCr colours from the presence of EXIF.
            byte[] exif = ExifOrientation.segment(orientation);
            parts.add(exifAt, new Part(exif, 0, exif.length));
        }
        if (!profile.isComplete()) {
            parts.removeAll(profileParts);
        }
        byte[] picture = new byte[parts.stream().mapToInt(Part::length).sum()];
        int length = 0;
        for (Part part : parts) {
            System.arraycopy(part.source, part.from, picture, length, part.length());
            length += part.length();
        }
        return picture;
    }

    private boolean startsWith(int from, int to, byte[] name, int minContent) {
        int content = from + MARKER_AND_LENGTH;
        return to - content >= minContent && Arrays.equals(sent, content, content + name.length, name, 0, name.length);
    }

    /** Returns a segment cut to the first bytes of its content. */
    private byte[] truncated(int from, int content) {
        byte[] segment = Arrays.copyOfRange(sent, from, from + MARKER_AND_LENGTH + content);
        segment[2] = 0;
        segment[3] = (byte) (content + 2);
        return segment;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
