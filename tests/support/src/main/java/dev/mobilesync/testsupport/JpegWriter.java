package dev.mobilesync.testsupport;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes JPEGs of any valid structure, and of some invalid ones. Real encoders write few of these structures. The quarters
 * of the picture are red and green above, blue and white below.
 */
public final class JpegWriter {

    private static final int[][] QUARTERS = {{76, 85, 255}, {150, 44, 21}, {29, 255, 107}, {255, 128, 128}};
    private static final int BLOCK = 64;

    private final int width;
    private final int height;
    private int[][] sampling = {{2, 2}, {1, 1}, {1, 1}};
    private int marker = 0xC0;
    private int precision = 8;
    private int restartInterval;
    private boolean fillBytes;
    private boolean quantization = true;
    private final List<int[]> scans = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public JpegWriter(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** The sampling factors of each component, such as 0x22. */
    public JpegWriter sampling(int... factors) {
        sampling = Arrays.stream(factors)
                .mapToObj(factor -> new int[] {factor >> 4, factor & 15})
                .toArray(int[][]::new);
        return this;
    }

    /** The marker of the frame, such as 0xC2 for a progressive one. */
    public JpegWriter frame(int sof) {
        marker = sof;
        return this;
    }

    public JpegWriter precision(int bits) {
        precision = bits;
        return this;
    }

    public JpegWriter restartInterval(int mcus) {
        restartInterval = mcus;
        return this;
    }

    /** Writes fill bytes before restart markers. */
    public JpegWriter fillBytes() {
        fillBytes = true;
        return this;
    }

    public JpegWriter withoutQuantization() {
        quantization = false;
        return this;
    }

    /**
     * Adds a scan.
     *
     * @param first the first coefficient
     * @param last the last one
     * @param high the bit position before
     * @param low the bit position afterwards
     */
    public JpegWriter scan(int first, int last, int high, int low, int... components) {
        int[] scan = new int[4 + components.length];
        scan[0] = first;
        scan[1] = last;
        scan[2] = high;
        scan[3] = low;
        System.arraycopy(components, 0, scan, 4, components.length);
        scans.add(scan);
        return this;
    }

    /** Adds one sequential scan. */
    public JpegWriter sequential(int... components) {
        return scan(0, 63, 0, 0, components);
    }

    /** Adds all scans of a progressive picture, with refinements. */
    public JpegWriter progressive() {
        frame(0xC2);
        int[] all = new int[sampling.length];
        Arrays.setAll(all, i -> i);
        scan(0, 0, 0, 1, all);
        for (int component : all) {
            scan(1, 5, 0, 2, component).scan(6, 63, 0, 2, component).scan(1, 63, 2, 1, component);
        }
        scan(0, 0, 1, 0, all);
        for (int component : all) {
            scan(1, 63, 1, 0, component);
        }
        return this;
    }

    public byte[] write() {
        if (scans.isEmpty()) {
            int[] all = new int[sampling.length];
            Arrays.setAll(all, i -> i);
            sequential(all);
        }
        marker(0xD8);
        if (sampling.length != 4) {
            segment(0xE0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
        }
        if (quantization) {
            int[] table = new int[1 + BLOCK];
            Arrays.fill(table, 1, table.length, 8);
            segment(0xDB, table);
        }
        writeFrame();
        writeHuffman();
        if (restartInterval > 0) {
            segment(0xDD, restartInterval >> 8, restartInterval & 255);
        }
        for (int[] scan : scans) {
            writeScan(scan);
        }
        marker(0xD9);
        return out.toByteArray();
    }

    private void writeFrame() {
        int[] frame = new int[6 + 3 * sampling.length];
        int[] start = {precision, height >> 8, height & 255, width >> 8, width & 255, sampling.length};
        System.arraycopy(start, 0, frame, 0, start.length);
        for (int i = 0; i < sampling.length; i++) {
            frame[6 + 3 * i] = i + 1;
            frame[7 + 3 * i] = sampling[i][0] << 4 | sampling[i][1];
        }
        segment(marker, frame);
    }

    /** DC: 16 codes of 5 bits; AC: 253 of 8 and 3 of 9 bits, so that a symbol is its own code. */
    private void writeHuffman() {
        int[] dc = new int[17 + 16];
        dc[5] = 16;
        int[] ac = new int[17 + 256];
        ac[0] = 0x10;
        ac[8] = 253;
        ac[9] = 3;
        for (int i = 0; i < 256; i++) {
            ac[17 + i] = i;
            dc[17 + i % 16] = i % 16;
        }
        segment(0xC4, dc);
        segment(0xC4, ac);
    }

    private void writeScan(int[] scan) {
        int[] components = Arrays.copyOfRange(scan, 4, scan.length);
        int[] header = new int[4 + 2 * components.length];
        header[0] = components.length;
        for (int i = 0; i < components.length; i++) {
            header[1 + 2 * i] = components[i] + 1;
        }
        header[header.length - 3] = scan[0];
        header[header.length - 2] = scan[1];
        header[header.length - 1] = scan[2] << 4 | scan[3];
        segment(0xDA, header);
        boolean single = components.length == 1;
        int unitsWide = single ? blocks(width, components[0], 0) : ceil(width, 8 * max(0));
        int unitsHigh = single ? blocks(height, components[0], 1) : ceil(height, 8 * max(1));
        BlockWriter coder = new BlockWriter(out, sampling.length);
        for (int unit = 0; unit < unitsWide * unitsHigh; unit++) {
            if (restartInterval > 0 && unit > 0 && unit % restartInterval == 0) {
                coder.endInterval();
                if (fillBytes) {
                    out.write(0xFF);
                }
                marker(0xD0 + (unit / restartInterval - 1) % 8);
            }
            int x = unit % unitsWide;
            int y = unit / unitsWide;
            for (int component : components) {
                int across = single ? 1 : sampling[component][0];
                int down = single ? 1 : sampling[component][1];
                for (int block = 0; block < across * down; block++) {
                    int[] values = coefficients(component, x * across + block % across, y * down + block / across);
                    coder.write(scan, component, values);
                }
            }
        }
        coder.endInterval();
    }

    /** The colour of the quarter with a slight texture. */
    private int[] coefficients(int component, int x, int y) {
        int column = x * 2 < blocks(width, component, 0) ? 0 : 1;
        int row = y * 2 < blocks(height, component, 1) ? 0 : 1;
        int[] values = new int[BLOCK];
        values[0] = QUARTERS[2 * row + column][component % 3] - 128;
        if (component == 0 && (x + y) % 3 == 0) {
            values[1] = 3;
            values[4] = -2;
            values[30] = 1;
        }
        return values;
    }

    private int blocks(int samples, int component, int axis) {
        return ceil(samples * sampling[component][axis], 8 * max(axis));
    }

    private int max(int axis) {
        return Arrays.stream(sampling).mapToInt(factors -> factors[axis]).max().orElseThrow();
    }

    private static int ceil(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    private void marker(int code) {
        out.write(0xFF);
        out.write(code);
    }

    private void segment(int code, int... content) {
        marker(code);
        out.write(content.length + 2 >> 8);
        out.write(content.length + 2);
        for (int value : content) {
            out.write(value);
        }
    }
}
