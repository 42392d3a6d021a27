package dev.mobilesync.web.jpeg;

import java.util.ArrayList;
import java.util.List;

/**
 * The size of a picture and its components, from a SOF segment.
 *
 * @param maxHorizontal the largest horizontal sampling factor of a component
 * @param maxVertical the largest vertical sampling factor
 */
record Frame(
        boolean progressive, int width, int height, List<Component> components, int maxHorizontal, int maxVertical) {

    private static final int BLOCK_SIDE = 8;
    private static final int MAX_SAMPLING = 4;

    /** One component; {@code index} is its position in the frame. */
    record Component(int index, int id, int horizontal, int vertical, int quantizationTable) {}

    /** Rejects frames that browsers do not decode, and those that exceed {@link JpegLimits}. */
    static Frame parse(int marker, SegmentReader segment) throws InvalidJpegException {
        requireSupported(marker);
        int precision = segment.readByte();
        int height = segment.readShort();
        int width = segment.readShort();
        int count = segment.readByte();
        if (precision != 8) {
            throw new InvalidJpegException(precision + "-bit samples are not supported");
        }
        if (width == 0 || height == 0) {
            throw new InvalidJpegException("no dimensions");
        }
        if (width > JpegLimits.MAX_SIDE
                || height > JpegLimits.MAX_SIDE
                || (long) width * height > JpegLimits.MAX_PIXELS) {
            throw new InvalidJpegException(width + " x " + height + " pixels are too many");
        }
        if (count != 1 && count != 3 && count != 4) {
            throw new InvalidJpegException(count + " components are not supported");
        }
        List<Component> components = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            components.add(readComponent(index, segment));
        }
        segment.requireEnd();
        int maxHorizontal =
                components.stream().mapToInt(Component::horizontal).max().orElseThrow();
        int maxVertical =
                components.stream().mapToInt(Component::vertical).max().orElseThrow();
        for (Component component : components) {
            if (maxHorizontal % component.horizontal != 0 || maxVertical % component.vertical != 0) {
                throw new InvalidJpegException("fractional sampling is not supported");
            }
        }
        return new Frame(marker == Markers.SOF2, width, height, components, maxHorizontal, maxVertical);
    }

    private static void requireSupported(int marker) throws InvalidJpegException {
        switch (marker) {
            case Markers.SOF0, Markers.SOF1, Markers.SOF2 -> {
                // Huffman coding, sequential or progressive
            }
            case 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF ->
                throw new InvalidJpegException("arithmetic coding is not supported");
            case 0xC3 -> throw new InvalidJpegException("lossless coding is not supported");
            default -> throw new InvalidJpegException("hierarchical coding is not supported");
        }
    }

    private static Component readComponent(int index, SegmentReader segment) throws InvalidJpegException {
        int id = segment.readByte();
        int sampling = segment.readByte();
        int horizontal = sampling >> 4;
        int vertical = sampling & 15;
        if (horizontal < 1 || horizontal > MAX_SAMPLING || vertical < 1 || vertical > MAX_SAMPLING) {
            throw new InvalidJpegException("invalid sampling factors");
        }
        return new Component(index, id, horizontal, vertical, segment.readByte());
    }

    int mcusWide() {
        return ceilDiv(width, BLOCK_SIDE * maxHorizontal);
    }

    int mcusHigh() {
        return ceilDiv(height, BLOCK_SIDE * maxVertical);
    }

    /** Width of a component in blocks, without those that pad the last MCU. */
    int blocksWide(Component component) {
        return ceilDiv(width * component.horizontal, BLOCK_SIDE * maxHorizontal);
    }

    int blocksHigh(Component component) {
        return ceilDiv(height * component.vertical, BLOCK_SIDE * maxVertical);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
