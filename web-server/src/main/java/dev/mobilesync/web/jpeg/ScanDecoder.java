package dev.mobilesync.web.jpeg;

import dev.mobilesync.web.jpeg.Frame.Component;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the entropy-coded segments of scans to find their end and whether they are complete. It computes no samples and
 * keeps one bit per coefficient of a progressive picture, where libjpeg keeps 16.
 */
final class ScanDecoder {

    /** The result for a scan whose codes are invalid or end early. */
    static final int DAMAGED = -1;

    private final byte[] bytes;
    private final Frame frame;
    private final DecoderTables tables;
    /** State of {@link AcDecoder}, per component with AC scans. */
    private final Map<Component, long[]> nonzero = new HashMap<>();

    ScanDecoder(byte[] bytes, Frame frame, DecoderTables tables) {
        this.bytes = bytes;
        this.frame = frame;
        this.tables = tables;
    }

    /** Returns the end of the scan's last entropy-coded segment, or {@link #DAMAGED}. */
    int decode(Scan scan, int start) throws InvalidJpegException {
        BlockDecoder decoder = decoderOf(scan);
        int[] partOfBlock = scan.isInterleaved() ? partOfBlock(scan) : new int[1];
        BitReader bits = new BitReader(bytes, start);
        int mcus = scan.mcus(frame);
        int untilRestart = tables.restartInterval() == 0 ? mcus : tables.restartInterval();
        int restarts = 0;
        for (int mcu = 0; mcu < mcus; mcu++) {
            if (untilRestart == 0) {
                bits.readRestart(Markers.RST0 + restarts++ % 8);
                decoder.restart();
                untilRestart = tables.restartInterval();
            }
            untilRestart--;
            for (int part : partOfBlock) {
                decoder.decode(bits, part, mcu);
            }
            if (bits.isDamaged()) {
                return DAMAGED;
            }
        }
        return bits.end();
    }

    /** Per block of an MCU: the index of its component in the scan. */
    private static int[] partOfBlock(Scan scan) {
        int[] parts = new int[10];
        int length = 0;
        for (int part = 0; part < scan.parts().size(); part++) {
            Component component = scan.parts().get(part).component();
            for (int i = component.horizontal() * component.vertical(); i > 0; i--) {
                parts[length++] = part;
            }
        }
        return Arrays.copyOf(parts, length);
    }

    private BlockDecoder decoderOf(Scan scan) throws InvalidJpegException {
        for (Scan.Part part : scan.parts()) {
            tables.requireQuantization(part.component().quantizationTable());
        }
        if (!frame.progressive()) {
            return new BlockDecoder.Sequential(huffmanTables(scan, true), huffmanTables(scan, false));
        }
        if (scan.first() > 0) {
            Scan.Part part = scan.parts().get(0);
            return new AcDecoder(scan, tables.ac(part.acTable()), nonzeroOf(part.component()));
        }
        return scan.high() == 0 ? new BlockDecoder.DcFirst(huffmanTables(scan, true)) : new BlockDecoder.DcRefinement();
    }

    private long[] nonzeroOf(Component component) {
        return nonzero.computeIfAbsent(
                component, it -> new long[frame.blocksWide(component) * frame.blocksHigh(component)]);
    }

    private HuffmanTable[] huffmanTables(Scan scan, boolean dc) throws InvalidJpegException {
        HuffmanTable[] used = new HuffmanTable[scan.parts().size()];
        for (int i = 0; i < used.length; i++) {
            Scan.Part part = scan.parts().get(i);
            used[i] = dc ? tables.dc(part.dcTable()) : tables.ac(part.acTable());
        }
        return used;
    }
}
