package dev.mobilesync.testsupport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Inserts, finds and removes marker segments of JPEGs. */
public final class JpegSegments {

    private JpegSegments() {}

    public static byte[] segment(int marker, byte[]... content) {
        byte[] joined = concat(content);
        int length = joined.length + 2;
        return concat(new byte[] {(byte) 0xFF, (byte) marker, (byte) (length >> 8), (byte) length}, joined);
    }

    /** An EXIF segment with one entry. */
    public static byte[] exif(ByteOrder order, int tag, int type, int count, int value) {
        ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
        tiff.put(ascii(order == ByteOrder.BIG_ENDIAN ? "MM" : "II"));
        tiff.putShort((short) 42).putInt(8).putShort((short) 1);
        tiff.putShort((short) tag).putShort((short) type).putInt(count);
        if (type == 3) {
            tiff.putShort((short) value).putShort((short) 0);
        } else {
            tiff.putInt(value);
        }
        return segment(0xE1, ascii("Exif\0\0"), tiff.putInt(0).array());
    }

    /** An EXIF segment with an orientation. */
    public static byte[] exif(int orientation) {
        return exif(ByteOrder.BIG_ENDIAN, 0x0112, 3, 1, orientation);
    }

    /** One chunk of an ICC profile. */
    public static byte[] icc(int number, int count, byte[] data) {
        return segment(0xE2, ascii("ICC_PROFILE\0"), new byte[] {(byte) number, (byte) count}, data);
    }

    public static byte[] insert(byte[] bytes, int at, byte[]... inserted) {
        return concat(Arrays.copyOf(bytes, at), concat(inserted), Arrays.copyOfRange(bytes, at, bytes.length));
    }

    /** Removes the first segment with this marker. */
    public static byte[] without(byte[] bytes, int marker) {
        int end = afterSegment(bytes, marker);
        return concat(Arrays.copyOf(bytes, startOf(bytes, marker)), Arrays.copyOfRange(bytes, end, bytes.length));
    }

    /** The picture without EOI. */
    public static byte[] withoutEnd(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length - 2);
    }

    public static int afterSegment(byte[] bytes, int marker) {
        int start = startOf(bytes, marker);
        return start + 2 + length(bytes, start);
    }

    /** The offset of the first segment with this marker. */
    public static int startOf(byte[] bytes, int marker) {
        int at = 2;
        while ((bytes[at + 1] & 0xFF) != marker) {
            at += 2 + length(bytes, at);
        }
        return at;
    }

    private static int length(byte[] bytes, int segment) {
        return (bytes[segment + 2] & 0xFF) << 8 | bytes[segment + 3] & 0xFF;
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A copy with the bytes from {@code at} on replaced. */
    public static byte[] replaced(byte[] bytes, int at, String text) {
        byte[] changed = bytes.clone();
        byte[] replacement = ascii(text);
        System.arraycopy(replacement, 0, changed, at, replacement.length);
        return changed;
    }

    /** One byte per character. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
