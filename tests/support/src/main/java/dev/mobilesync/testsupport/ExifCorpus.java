package dev.mobilesync.testsupport;

import static dev.mobilesync.testsupport.JpegSegments.afterSegment;
import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.exif;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.replaced;
import static dev.mobilesync.testsupport.JpegSegments.segment;
import static dev.mobilesync.testsupport.JpegSegments.startOf;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** EXIF segments with different encodings of the orientation, or without one. */
final class ExifCorpus {

    private ExifCorpus() {}

    /** EXIF segments by name. */
    static Map<String, byte[]> orientations() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int orientation = 0; orientation <= 9; orientation++) {
            all.put("orientation " + orientation, exif(orientation));
        }
        byte[] two = exif(2);
        ByteOrder big = ByteOrder.BIG_ENDIAN;
        all.put("little endian", exif(ByteOrder.LITTLE_ENDIAN, 0x0112, 3, 1, 6));
        all.put("as LONG", exif(big, 0x0112, 4, 1, 6));
        all.put("as LONG, little endian", exif(ByteOrder.LITTLE_ENDIAN, 0x0112, 4, 1, 6));
        all.put("as BYTE", exif(big, 0x0112, 1, 1, 6 << 24));
        all.put("count 0", exif(big, 0x0112, 3, 0, 6));
        all.put("count 2", exif(big, 0x0112, 3, 2, 6));
        all.put("3, then 6", concat(exif(3), exif(6)));
        all.put("1, then 6", concat(exif(1), exif(6)));
        all.put("9, then 6", concat(exif(9), exif(6)));
        all.put("none, then 6", concat(exif(big, 0x0110, 3, 1, 1), exif(6)));
        all.put("broken header, then 6", concat(segment(0xE1, ascii("Exif\0\0XX\0*\0\0\0\10")), exif(6)));
        all.put("header only, then 6", concat(segment(0xE1, ascii("Exif\0\0MM\0*\0\0\0\10")), exif(6)));
        all.put("XMP, then 6", concat(segment(0xE1, ascii("http://ns.adobe.com/xap/1.0/\0")), exif(6)));
        for (int length = 1; length < 14; length++) {
            all.put(
                    "EXIF of " + length + " bytes, then 6",
                    concat(segment(0xE1, Arrays.copyOfRange(exif(3), 4, 10 + length)), exif(6)));
        }
        all.put(
                "wrong type, then good in one directory",
                segment(
                        0xE1,
                        ascii("Exif\0\0MM\0*\0\0\0\10\0\2\1\22\0\1\0\0\0\1\3\0\0\0\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
        all.put("byte order XX", replaced(exif(6), 10, "XX"));
        all.put("byte order MI", replaced(exif(6), 10, "MI"));
        all.put("magic 43", replaced(exif(6), 12, "\0+"));
        all.put("name with FF", replaced(exif(6), 9, "\377"));
        all.put("name without zero", replaced(exif(6), 8, "A"));
        all.put("name in lower case", replaced(exif(6), 4, "exif"));
        all.put(
                "directory elsewhere",
                segment(0xE1, ascii("Exif\0\0MM\0*\0\0\0\12\0\0\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
        all.put(
                "directory before its header",
                segment(0xE1, ascii("Exif\0\0MM\0*\0\0\0\2\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
        all.put("more entries than there are", replaced(exif(6), 18, "\0\7"));
        all.put("no end of the directory", segment(0xE1, Arrays.copyOfRange(exif(6), 4, 32)));
        all.put("cut off in its entry", segment(0xE1, Arrays.copyOfRange(exif(6), 4, 31)));
        all.put("cut off in its entry, then 3", concat(segment(0xE1, Arrays.copyOfRange(exif(6), 4, 29)), exif(3)));
        all.put(
                "twice in one directory",
                segment(
                        0xE1,
                        ascii("Exif\0\0MM\0*\0\0\0\10\0\2\1\22\0\3\0\0\0\1\0\3\0\0\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
        all.put(
                "bad, then good in one directory",
                segment(
                        0xE1,
                        ascii(
                                "Exif\0\0MM\0*\0\0\0\10\0\2\1\22\0\3\0\0\0\1\0\11\0\0\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
        all.put(
                "in the second directory",
                segment(
                        0xE1,
                        ascii(
                                "Exif\0\0MM\0*\0\0\0\10\0\1\1\20\0\3\0\0\0\1\0\6\0\0\0\0\0\32\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0")));
        all.replaceAll((name, segments) -> insert(JpegCorpus.BASELINE, startOf(JpegCorpus.BASELINE, 0xDB), segments));
        all.put("before JFIF", insert(JpegCorpus.BASELINE, 2, two));
        all.put("after the frame", insert(JpegCorpus.BASELINE, afterSegment(JpegCorpus.BASELINE, 0xC0), two));
        all.put(
                "after the scan header of a progressive picture",
                insert(JpegCorpus.PROGRESSIVE, JpegCorpus.PROGRESSIVE.length - 2, two));
        return all;
    }
}
