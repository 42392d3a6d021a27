package dev.mobilesync.testsupport;

import static dev.mobilesync.testsupport.JpegSegments.afterSegment;
import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.replaced;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pictures with damaged codes or missing scans that browsers show at least in part. */
final class DamagedJpegs {

    private DamagedJpegs() {}

    /** Pictures with damaged codes. */
    static Map<String, byte[]> shown() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        byte[] restarts = new JpegWriter(96, 64).restartInterval(2).write();
        for (int part = 1; part < 4; part++) {
            all.put("damaged " + part, filled(JpegCorpus.BASELINE, part));
            if (part < 3) {
                all.put("damaged, progressive " + part, filled(JpegCorpus.PROGRESSIVE, part));
            }
            all.put("damaged between restart markers " + part, filled(restarts, part));
        }
        int scan = afterSegment(JpegCorpus.BASELINE, 0xDA);
        all.put(
                "half a scan, then EOI",
                concat(
                        Arrays.copyOf(JpegCorpus.BASELINE, (scan + JpegCorpus.BASELINE.length) / 2),
                        new byte[] {-1, (byte) 0xD9}));
        all.put("empty scan", concat(Arrays.copyOf(JpegCorpus.BASELINE, scan), new byte[] {-1, (byte) 0xD9}));
        all.put("wrong restart markers", wrongRestarts(restarts));
        all.put("scan header of a progressive scan", replaced(JpegCorpus.BASELINE, scan - 3, "\0\0\0"));
        all.put("only luminance", new JpegWriter(96, 64).sequential(0).write());
        all.put(
                "only DC",
                new JpegWriter(96, 64).frame(0xC2).scan(0, 0, 0, 1, 0, 1, 2).write());
        all.put(
                "AC before DC",
                new JpegWriter(96, 64)
                        .frame(0xC2)
                        .scan(1, 63, 0, 0, 0)
                        .scan(0, 0, 0, 0, 0, 1, 2)
                        .write());
        all.put(
                "refinement of nothing",
                new JpegWriter(96, 64)
                        .frame(0xC2)
                        .scan(0, 0, 0, 0, 0, 1, 2)
                        .scan(1, 63, 1, 0, 0)
                        .write());
        all.put(
                "one scan again",
                new JpegWriter(96, 64).sequential(0, 1, 2).sequential(0).write());
        all.put("stray bytes before a restart marker", insert(restarts, restarts.length - 2, ascii("stray\377\323")));
        return all;
    }

    /** Replaces some codes in a quarter of the picture. */
    private static byte[] filled(byte[] bytes, int part) {
        byte[] changed = bytes.clone();
        int scan = afterSegment(bytes, 0xDA);
        int from = scan + (bytes.length - scan) * part / 4;
        for (int i = from; i < from + 6; i++) {
            changed[i] = (byte) (i * 0x35 & 0x7F);
        }
        return changed;
    }

    private static byte[] wrongRestarts(byte[] bytes) {
        byte[] changed = bytes.clone();
        int seen = 0;
        for (int i = afterSegment(bytes, 0xDA); i < bytes.length - 3; i++) {
            if (changed[i] == -1 && (changed[i + 1] & 0xF8) == 0xD0 && ++seen == 3) {
                changed[i + 1] = (byte) 0xD0;
            }
        }
        return changed;
    }
}
