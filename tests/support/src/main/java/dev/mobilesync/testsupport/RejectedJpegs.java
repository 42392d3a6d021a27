package dev.mobilesync.testsupport;

import static dev.mobilesync.testsupport.JpegSegments.afterSegment;
import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.replaced;
import static dev.mobilesync.testsupport.JpegSegments.segment;
import static dev.mobilesync.testsupport.JpegSegments.startOf;
import static dev.mobilesync.testsupport.JpegSegments.without;
import static dev.mobilesync.testsupport.JpegSegments.withoutEnd;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** JPEGs that the service rejects. */
final class RejectedJpegs {

    private RejectedJpegs() {}

    /** Files that no browser shows, with a part of the reason. */
    static Map<String, byte[]> notShown() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int sof : new int[] {0xC3, 0xC5, 0xC6, 0xC7, 0xC8, 0xCB, 0xCD, 0xCE, 0xCF}) {
            all.put(
                    "frame FF" + Integer.toHexString(sof),
                    new JpegWriter(96, 64).frame(sof).write());
        }
        all.put("12 bit", new JpegWriter(96, 64).frame(0xC1).precision(12).write());
        all.put("no width", new JpegWriter(0, 64).sequential(0).write());
        all.put("no height", new JpegWriter(96, 0).sequential(0).write());
        all.put("two components", new JpegWriter(96, 64).sampling(0x11, 0x11).write());
        all.put(
                "five components",
                new JpegWriter(96, 64)
                        .sampling(0x11, 0x11, 0x11, 0x11, 0x11)
                        .sequential(0)
                        .write());
        all.put(
                "fractional sampling",
                new JpegWriter(96, 64).sampling(0x31, 0x21, 0x11).write());
        all.put(
                "too many blocks",
                new JpegWriter(96, 64).sampling(0x33, 0x11, 0x11).write());
        all.put(
                "no quantization table",
                new JpegWriter(96, 64).withoutQuantization().write());
        all.put("no Huffman tables, progressive", without(without(JpegCorpus.PROGRESSIVE, 0xC4), 0xC4));
        all.put(
                "no scan",
                insert(
                        withoutEnd(Arrays.copyOf(JpegCorpus.BASELINE, startOf(JpegCorpus.BASELINE, 0xDA) + 2)),
                        startOf(JpegCorpus.BASELINE, 0xDA),
                        new byte[] {-1, (byte) 0xD9}));
        all.put("scan before frame", without(JpegCorpus.BASELINE, 0xC0));
        all.put(
                "two frames",
                insert(
                        JpegCorpus.BASELINE,
                        startOf(JpegCorpus.BASELINE, 0xC0),
                        Arrays.copyOfRange(
                                JpegCorpus.BASELINE,
                                startOf(JpegCorpus.BASELINE, 0xC0),
                                afterSegment(JpegCorpus.BASELINE, 0xC0))));
        all.put("stray bytes after SOI", insert(JpegCorpus.BASELINE, 2, new byte[1]));
        all.put(
                "progressive, marker in a trailer without EOI",
                concat(withoutEnd(JpegCorpus.PROGRESSIVE), new byte[] {-1, 'S', 0, 2}, ascii(JpegCorpus.JUNK)));
        all.put(
                "progressive, picture in a trailer without EOI",
                concat(withoutEnd(JpegCorpus.PROGRESSIVE), JpegCorpus.BASELINE));
        all.put(
                "only luminance, progressive",
                new JpegWriter(96, 64).frame(0xC2).scan(0, 0, 0, 0, 0).write());
        all.put("two starts", insert(JpegCorpus.BASELINE, 2, new byte[] {-1, (byte) 0xD8}));
        for (int marker : new int[] {0x02, 0xBF, 0xDE, 0xDF, 0xF0, 0xFD}) {
            all.put(
                    "unknown segment FF" + Integer.toHexString(marker),
                    insert(JpegCorpus.BASELINE, 2, segment(marker, ascii("what"))));
        }
        all.put(
                "invalid progression",
                new JpegWriter(96, 64).frame(0xC2).scan(0, 63, 0, 0, 0, 1, 2).write());
        all.put("invalid Huffman table", replaced(JpegCorpus.BASELINE, startOf(JpegCorpus.BASELINE, 0xC4) + 5, "\3"));
        all.put("a DRI of 5 bytes", insert(JpegCorpus.BASELINE, 2, segment(0xDD, ascii("\0\0\0"))));
        return all;
    }

    /** Rejected files that some browsers, or this Chromium, show. */
    static Map<String, byte[]> shown() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (int part = 2; part < 10; part++) {
            all.put("cut off " + part, Arrays.copyOf(JpegCorpus.BASELINE, JpegCorpus.BASELINE.length * part / 10));
            all.put(
                    "cut off, progressive " + part,
                    Arrays.copyOf(JpegCorpus.PROGRESSIVE, JpegCorpus.PROGRESSIVE.length * part / 10));
        }
        all.put("without EOI or trailer", withoutEnd(JpegCorpus.BASELINE));
        all.put("with half of EOI", Arrays.copyOf(JpegCorpus.BASELINE, JpegCorpus.BASELINE.length - 1));
        all.put("without EOI or trailer, progressive", withoutEnd(JpegCorpus.PROGRESSIVE));
        all.put(
                "only luminance, trailer without EOI",
                concat(withoutEnd(new JpegWriter(96, 64).sequential(0).write()), ascii(JpegCorpus.JUNK)));
        all.put("too many pixels", new JpegWriter(8193, 6144).write());
        all.put("too wide", new JpegWriter(16_385, 1).write());
        JpegWriter scans = new JpegWriter(1, 1).frame(0xC2).scan(0, 0, 0, 0, 0, 1, 2);
        for (int i = 0; i < 1000; i++) {
            scans.scan(1, 63, 0, 0, 0);
        }
        all.put("too many scans", scans.write());
        // Debian's Chromium uses the system's libjpeg, which decodes it; Chrome, Firefox and Safari do not.
        all.put("arithmetic coding", new JpegWriter(96, 64).frame(0xC9).write());
        all.put(
                "arithmetic coding, progressive",
                new JpegWriter(96, 64).progressive().frame(0xCA).write());
        return all;
    }
}
