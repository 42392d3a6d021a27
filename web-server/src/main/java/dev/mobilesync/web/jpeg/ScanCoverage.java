package dev.mobilesync.web.jpeg;

import java.util.Arrays;
import java.util.stream.Stream;

/** Which coefficients the scans so far have given, and how exactly. */
final class ScanCoverage {

    /** The number of coefficients of a block. */
    static final int COEFFICIENTS = 64;

    private static final int NONE = -1;

    private final Frame frame;
    /** The bit position of each component's coefficients. */
    private final int[][] positions;

    ScanCoverage(Frame frame) {
        this.frame = frame;
        this.positions = new int[frame.components().size()][COEFFICIENTS];
        for (int[] component : positions) {
            Arrays.fill(component, NONE);
        }
    }

    void add(Scan scan) {
        for (Scan.Part part : scan.parts()) {
            int[] component = positions[part.component().index()];
            if (frame.progressive()) {
                Arrays.fill(component, scan.first(), scan.last() + 1, scan.low());
            } else {
                Arrays.fill(component, 0);
            }
        }
    }

    /** Whether no further scan can add anything. */
    boolean isComplete() {
        return Arrays.stream(positions).flatMapToInt(Arrays::stream).allMatch(position -> position == 0);
    }

    /** Whether browsers show it if there are no more scans: a progressive picture needs something of each component. */
    boolean isShowable() {
        Stream<int[]> components = Arrays.stream(positions);
        return frame.progressive()
                ? components.noneMatch(component -> component[0] == NONE)
                : components.anyMatch(component -> component[0] != NONE);
    }
}
