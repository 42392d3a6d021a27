package dev.mobilesync.web.jpeg;

import dev.mobilesync.web.jpeg.Frame.Component;
import java.util.ArrayList;
import java.util.List;

/**
 * A scan's header, from an SOS segment.
 *
 * @param parts its components with their tables
 * @param first the first coefficient, in zigzag order
 * @param last the last coefficient
 * @param high bit position of the scan that this one refines; 0 for a first scan
 * @param low bit position of this scan
 */
record Scan(List<Part> parts, int first, int last, int high, int low) {

    private static final int MAX_PARTS = 4;
    private static final int MAX_BLOCKS_PER_MCU = 10;
    private static final int MAX_BIT_POSITION = 13;

    record Part(Component component, int dcTable, int acTable) {}

    static Scan parse(Frame frame, SegmentReader segment) throws InvalidJpegException {
        int count = segment.readByte();
        if (count < 1 || count > MAX_PARTS) {
            throw new InvalidJpegException("invalid scan header");
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Component component = find(frame, segment.readByte(), parts);
            int tables = segment.readByte();
            parts.add(new Part(component, tables >> 4, tables & 15));
        }
        int first = segment.readByte();
        int last = segment.readByte();
        int positions = segment.readByte();
        segment.requireEnd();
        Scan scan = new Scan(parts, first, last, positions >> 4, positions & 15);
        if (count > 1 && scan.blocksPerMcu() > MAX_BLOCKS_PER_MCU || frame.progressive() && !scan.isProgression()) {
            throw new InvalidJpegException("invalid scan header");
        }
        return scan;
    }

    private static Component find(Frame frame, int id, List<Part> others) throws InvalidJpegException {
        for (Component component : frame.components()) {
            if (component.id() == id && others.stream().noneMatch(other -> other.component() == component)) {
                return component;
            }
        }
        throw new InvalidJpegException("a scan of an unknown component");
    }

    private boolean isProgression() {
        boolean band = first == 0 ? last == 0 : first <= last && last < ScanCoverage.COEFFICIENTS && parts.size() == 1;
        return band && (high == 0 || low == high - 1) && low <= MAX_BIT_POSITION;
    }

    boolean isInterleaved() {
        return parts.size() > 1;
    }

    private int blocksPerMcu() {
        return parts.stream()
                .mapToInt(it -> it.component().horizontal() * it.component().vertical())
                .sum();
    }

    /** The number of MCUs. An MCU of a scan with one component is one block. */
    int mcus(Frame frame) {
        if (isInterleaved()) {
            return frame.mcusWide() * frame.mcusHigh();
        }
        Component component = parts.get(0).component();
        return frame.blocksWide(component) * frame.blocksHigh(component);
    }

    int blocks(Frame frame) {
        return isInterleaved() ? mcus(frame) * blocksPerMcu() : mcus(frame);
    }
}
