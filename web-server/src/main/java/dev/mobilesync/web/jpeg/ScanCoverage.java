package dev.mobilesync.web.jpeg;

import java.util.Arrays;
import java.util.stream.Stream;

/** Which coefficients the scans so far contain, and with which precision. */
final class ScanCoverage {

    /** Coefficients per block. */
    static final int COEFFICIENTS = 64;

    private static final int NONE = -1;

    private final Frame frame;
    /** Bit position of each coefficient, per component. */
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

    /** Whether no further scan can add precision. */
    boolean isComplete() {
        return Arrays.stream(positions).flatMapToInt(Arrays::stream).allMatch(position -> position == 0);
    }

    /** Whether browsers show the picture without further scans. A progressive one needs a scan of each component. */
    boolean isShowable() {
        Stream<int[]> components = Arrays.stream(positions);
        return frame.progressive()
                ? components.noneMatch(component -> component[0] == NONE)
                : components.anyMatch(component -> component[0] != NONE);
    }
}
