package dev.mobilesync.web.jpeg;

import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.mobilesync.testsupport.JpegWriter;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.web.JpegFixtures;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CPU time and memory for the most expensive pictures that fit into an upload. */
class JpegCostTests {

    /** These tests run with the C1 compiler only, which takes two to three times as long as production. */
    private static final Duration LIMIT = Duration.ofSeconds(1);
    /** For the most expensive picture known. */
    private static final Duration HIGHEST = Duration.ofSeconds(2);

    private static final long MEMORY_LIMIT = 32_000_000;
    private static final int MAX_UPLOAD = 5 * 1024 * 1024;
    private static final int BLOCKS = 8192 * 6144 / 64;
    private static final byte[] END = {(byte) 0xFF, (byte) 0xD9};

    @Test
    void readsMillionSegments() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] sent = insert(picture, 2, repeated(segment(0xE1), 1_300_000));

        assertThat(sanitizeWithinLimits(sent)).isEqualTo(picture);
    }

    @Test
    void readsManyTables() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);

        sanitizeWithinTime(insert(picture, 2, repeated(huffman(1, 0), 240_000)));
    }

    @Test
    void rejectsManyScansOfSmallPicture() {
        byte[] picture = JpegFixtures.progressive(1, 1, 1);
        int last = new String(picture, StandardCharsets.ISO_8859_1).lastIndexOf("\377\332");
        byte[] scan = Arrays.copyOfRange(picture, last, picture.length - 2);
        byte[] sent = insert(picture, picture.length - 2, repeated(scan, 300_000));

        long start = CpuTime.now();
        assertThatThrownBy(() -> JpegSanitizer.sanitize(sent)).hasMessage("too many scans");
        assertThat(CpuTime.since(start)).isLessThan(LIMIT);
    }

    @Test
    void readsLargePictureWithShortestCodes() throws Exception {
        byte[] codes = new byte[MAX_UPLOAD - 1000];
        for (int symbol : new int[] {0x00, 0x01, 0xF0}) {
            byte[] scan = segment(0xDA, new byte[] {3, 1, 0, 2, 0, 3, 0, 0, 63, 0});
            sanitizeWithinLimits(concat(start(0xC0, 3), huffman(0, 0), huffman(1, symbol), scan, codes, END));
        }
    }

    /** libjpeg needs 380 MB for this picture. */
    @Test
    void readsLargePictureInOneProgressiveScan() throws Exception {
        sanitizeWithinLimits(
                new JpegWriter(8000, 6250).frame(0xC2).scan(0, 0, 0, 0, 0, 1, 2).write());
    }

    @Test
    void readsMaximumNumberOfBlocks() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes(start(0xC2, 4));
        // One code: a run of at least 2^14 blocks without coefficients.
        sent.writeBytes(concat(huffman(0, 0), huffman(1, 0xE0)));
        sent.writeBytes(segment(0xDA, new byte[] {4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 0, 0}));
        sent.writeBytes(new byte[BLOCKS * 4 / 8]);
        for (int scan = 0; scan < 20; scan++) {
            byte component = (byte) (scan % 4 + 1);
            byte positions = (byte) (scan < 4 ? 1 : 0x10);
            sent.writeBytes(segment(0xDA, new byte[] {1, component, 0, 1, 63, positions}));
            sent.writeBytes(new byte[BLOCKS / 16384 * 15 / 8 + 2]);
        }
        sent.writeBytes(END);

        sanitizeWithinLimits(sent.toByteArray());
    }

    @Test
    void readsRefinementsWithShortestCodes() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes(start(0xC2, 1));
        sent.writeBytes(concat(huffman(0, 0), huffman(1, 0xF0)));
        sent.writeBytes(segment(0xDA, new byte[] {1, 1, 0, 0, 0, 0}));
        sent.writeBytes(new byte[BLOCKS / 8]);
        for (int scan = 0; scan < 13; scan++) {
            sent.writeBytes(segment(0xDA, new byte[] {1, 1, 0, 1, 63, 0x10}));
            sent.writeBytes(new byte[BLOCKS * 4 / 8]);
        }
        sent.writeBytes(END);

        sanitizeWithin(HIGHEST, sent.toByteArray());
    }

    private static byte[] start(int frame, int components) {
        byte[] header = new byte[6 + 3 * components];
        byte[] size = {8, 6144 >> 8, (byte) (6144 & 255), 8192 >> 8, (byte) (8192 & 255), (byte) components};
        System.arraycopy(size, 0, header, 0, size.length);
        for (int i = 0; i < components; i++) {
            header[6 + 3 * i] = (byte) (i + 1);
            header[7 + 3 * i] = 0x11;
        }
        return concat(new byte[] {(byte) 0xFF, (byte) 0xD8}, segment(0xDB, new byte[65]), segment(frame, header));
    }

    /** A table with one symbol, of one bit. */
    private static byte[] huffman(int kind, int symbol) {
        byte[] table = new byte[18];
        table[0] = (byte) (kind << 4);
        table[1] = 1;
        table[17] = (byte) symbol;
        return segment(0xC4, table);
    }

    private static byte[] repeated(byte[] bytes, int times) {
        byte[] all = new byte[times * bytes.length];
        for (int at = 0; at < all.length; at += bytes.length) {
            System.arraycopy(bytes, 0, all, at, bytes.length);
        }
        return all;
    }

    private static byte[] sanitizeWithinTime(byte[] sent) throws InvalidJpegException {
        return sanitizeWithin(LIMIT, sent);
    }

    /** Compares the least time of three runs, because what shares a processor's caches and units only adds to it. */
    private static byte[] sanitizeWithin(Duration limit, byte[] sent) throws InvalidJpegException {
        List<Duration> times = new ArrayList<>();
        byte[] stored;
        do {
            long start = CpuTime.now();
            stored = JpegSanitizer.sanitize(sent);
            times.add(CpuTime.since(start));
        } while (times.size() < 3 && Collections.min(times).compareTo(limit) >= 0);
        assertThat(Collections.min(times)).isLessThan(limit);
        return stored;
    }

    private static byte[] sanitizeWithinLimits(byte[] sent) throws InvalidJpegException {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = thread.getCurrentThreadAllocatedBytes();
        byte[] stored = JpegSanitizer.sanitize(sent);
        // The result is allocated, too.
        assertThat(thread.getCurrentThreadAllocatedBytes() - start).isLessThan(MEMORY_LIMIT + stored.length);
        return sanitizeWithinTime(sent);
    }
}
