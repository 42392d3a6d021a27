package dev.mobilesync.testsupport;

import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.exif;
import static dev.mobilesync.testsupport.JpegSegments.icc;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.replaced;
import static dev.mobilesync.testsupport.JpegSegments.segment;
import static dev.mobilesync.testsupport.JpegSegments.without;
import static dev.mobilesync.testsupport.JpegSegments.withoutEnd;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One JPEG for each class of well-formed and malformed files: those that browsers show, those that they do not show, and
 * those that the service rejects although browsers show them.
 */
public final class JpegCorpus {

    /** A marker that no stored picture may contain. */
    public static final String JUNK = "JUNK-THAT-IS-NOT-STORED";

    static final byte[] BASELINE = new JpegWriter(96, 64).write();
    static final byte[] PROGRESSIVE = new JpegWriter(96, 64).progressive().write();
    private static final byte[] PROFILE =
            ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();

    private JpegCorpus() {}

    /** Accepted pictures that browsers show, by name. */
    public static Map<String, byte[]> shown() {
        Map<String, byte[]> all = new LinkedHashMap<>(structures());
        all.putAll(combinations(defects()));
        all.putAll(DamagedJpegs.shown());
        return all;
    }

    /** Pictures with EXIF segments of all kinds, by name. They are stored with the orientation that Chromium reads. */
    public static Map<String, byte[]> orientations() {
        return ExifCorpus.orientations();
    }

    /** Files that no browser shows, by name. */
    public static Map<String, byte[]> notShown() {
        return RejectedJpegs.notShown();
    }

    /** Rejected files that some browsers, or this Chromium, show at least in part, by name. */
    public static Map<String, byte[]> rejectedAlthoughShown() {
        return RejectedJpegs.shown();
    }

    /** Structures that real encoders write or that the format allows. */
    private static Map<String, byte[]> structures() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        byte[] trailer = concat(new byte[] {-1, 'S', 0, 2}, ascii(JUNK));
        all.put("baseline", BASELINE);
        all.put("progressive", PROGRESSIVE);
        all.put(
                "progressive in one scan",
                new JpegWriter(96, 64).frame(0xC2).scan(0, 0, 0, 0, 0, 1, 2).write());
        all.put("grey", new JpegWriter(96, 64).sampling(0x11).write());
        all.put("grey, 2 x 2", new JpegWriter(95, 63).sampling(0x22).write());
        all.put(
                "grey, progressive",
                new JpegWriter(97, 65).sampling(0x11).progressive().write());
        all.put(
                "four components",
                new JpegWriter(96, 64).sampling(0x11, 0x11, 0x11, 0x11).write());
        all.put(
                "four components, progressive",
                new JpegWriter(96, 64)
                        .sampling(0x11, 0x11, 0x11, 0x11)
                        .progressive()
                        .write());
        all.put("4:4:4", new JpegWriter(99, 61).sampling(0x11, 0x11, 0x11).write());
        all.put("4:2:2", new JpegWriter(99, 61).sampling(0x21, 0x11, 0x11).write());
        all.put(
                "4:1:1",
                new JpegWriter(99, 61).sampling(0x41, 0x11, 0x11).progressive().write());
        all.put("4:4:0", new JpegWriter(99, 61).sampling(0x12, 0x11, 0x11).write());
        all.put(
                "higher chroma resolution",
                new JpegWriter(99, 61).sampling(0x11, 0x22, 0x11).write());
        all.put("extended sequential", new JpegWriter(96, 64).frame(0xC1).write());
        all.put(
                "three scans",
                new JpegWriter(96, 64).sequential(0).sequential(1).sequential(2).write());
        all.put(
                "two scans",
                new JpegWriter(96, 64).sequential(0).sequential(1, 2).write());
        all.put("restart markers", new JpegWriter(96, 64).restartInterval(1).write());
        all.put(
                "restart markers, progressive",
                new JpegWriter(96, 64).restartInterval(5).progressive().write());
        all.put(
                "fill bytes before restart markers",
                new JpegWriter(96, 64).restartInterval(1).fillBytes().write());
        all.put(
                "fill bytes before restart markers, progressive",
                new JpegWriter(96, 64)
                        .restartInterval(3)
                        .fillBytes()
                        .progressive()
                        .write());
        all.put(
                "no Huffman tables",
                without(without(without(without(Jpegs.picture(96, 64, 1), 0xC4), 0xC4), 0xC4), 0xC4));
        all.put("baseline, marker in a trailer without EOI", concat(withoutEnd(BASELINE), trailer));
        all.put("baseline, picture in a trailer without EOI", concat(withoutEnd(BASELINE), BASELINE, trailer));
        all.put("baseline, unknown marker before EOI", insert(BASELINE, BASELINE.length - 2, trailer));
        byte[] longSegment = ascii("\377\341\177\377" + JUNK);
        all.put("progressive, long segment in a trailer without EOI", concat(withoutEnd(PROGRESSIVE), longSegment));
        all.put("1 x 1", new JpegWriter(1, 1).write());
        all.put("one row", new JpegWriter(16_384, 1).write());
        all.put("one column", new JpegWriter(1, 16_384).progressive().write());
        all.put("8160 x 6144", new JpegWriter(8160, 6144).write());
        all.put("8192 x 6144", new JpegWriter(8192, 6144).write());
        all.put(
                "8192 x 6144, progressive in one scan",
                new JpegWriter(8192, 6144).frame(0xC2).scan(0, 0, 0, 0, 0, 1, 2).write());
        return all;
    }

    /** Defects that browsers tolerate, in a baseline and in a progressive picture. */
    private static Map<String, UnaryOperator<byte[]>> defects() {
        Map<String, UnaryOperator<byte[]>> all = new LinkedHashMap<>();
        byte[] junk = ascii(JUNK);
        all.put("stray bytes between segments", it -> insert(it, tables(it), junk));
        all.put("a stray zero", it -> insert(it, tables(it), new byte[1]));
        all.put("a stuffed FF between segments", it -> insert(it, tables(it), new byte[] {-1, 0}));
        all.put("fill bytes between segments", it -> insert(it, 2, new byte[] {-1, -1, -1}));
        all.put("stray restart markers", it -> insert(it, tables(it), new byte[] {-1, (byte) 0xD3, -1, 1}));
        all.put("a length short by 2", it -> insert(it, 2, shortened(segment(0xE1, junk), 2)));
        all.put("a length of 0", it -> insert(it, 2, new byte[] {-1, (byte) 0xE1, 0, 0}));
        all.put("a length of 1", it -> insert(it, 2, new byte[] {-1, (byte) 0xFE, 0, 1}));
        all.put("ICC twice", it -> insert(it, 2, icc(1, 1, PROFILE), icc(1, 1, PROFILE)));
        all.put("ICC empty", it -> insert(it, 2, icc(1, 1, new byte[0])));
        all.put("ICC misnumbered", it -> insert(it, 2, icc(0, 1, PROFILE)));
        all.put("ICC with too high a number", it -> insert(it, 2, icc(2, 1, PROFILE)));
        all.put("ICC incomplete", it -> insert(it, 2, icc(1, 2, PROFILE)));
        all.put("ICC of different counts", it -> insert(it, 2, icc(1, 2, PROFILE), icc(2, 3, PROFILE)));
        all.put("ICC without number", it -> insert(it, 2, segment(0xE2, ascii("ICC_PROFILE\0"))));
        all.put("stray bytes before EOI", it -> insert(it, it.length - 2, junk));
        all.put("trailer", it -> concat(it, junk));
        all.put("trailer without EOI", it -> concat(withoutEnd(it), junk));
        all.put("EXIF without orientation, then 6", it -> insert(it, 2, segment(0xE1, ascii("Exif\0\0")), exif(6)));
        return all;
    }

    /** Two defects in each picture. */
    private static Map<String, byte[]> combinations(Map<String, UnaryOperator<byte[]>> defects) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        defects.forEach((name, defect) -> {
            all.put("baseline: " + name, defect.apply(BASELINE));
            all.put("progressive: " + name, defect.apply(PROGRESSIVE));
            defects.forEach((other, second) -> {
                // With a trailer, the other defects would not find the end.
                if (name.compareTo(other) < 0 && !name.contains("railer")) {
                    all.put(name + ", " + other, second.apply(defect.apply(BASELINE)));
                }
            });
        });
        return all;
    }

    /** The offset of the quantization table. */
    private static int tables(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\377\333\0");
    }

    private static byte[] shortened(byte[] segment, int by) {
        return replaced(segment, 3, String.valueOf((char) (segment[3] - by)));
    }
}
