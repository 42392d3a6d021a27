package dev.mobilesync.web.jpeg;

import java.util.Arrays;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import org.jspecify.annotations.Nullable;

/** The tables and the restart interval that DHT, DQT and DRI segments have defined so far. */
final class DecoderTables {

    private static final int SLOTS = 4;
    private static final int QUANTIZATION_VALUES = 64;
    private static final int MAX_SYMBOLS = 256;

    private final @Nullable HuffmanTable[] dc = new HuffmanTable[SLOTS];
    private final @Nullable HuffmanTable[] ac = new HuffmanTable[SLOTS];
    private final boolean[] quantization = new boolean[SLOTS];
    private int restartInterval;

    void defineHuffman(SegmentReader segment) throws InvalidJpegException {
        while (segment.remaining() > HuffmanTable.MAX_LENGTH) {
            int target = segment.readByte();
            byte[] counts = segment.readBytes(HuffmanTable.MAX_LENGTH);
            int symbols = 0;
            for (byte count : counts) {
                symbols += count & 0xFF;
            }
            if (symbols > MAX_SYMBOLS) {
                throw new InvalidJpegException("invalid Huffman table");
            }
            HuffmanTable table = new HuffmanTable(counts, segment.readBytes(symbols));
            (target >> 4 == 0 ? dc : ac)[slot(target & ~0x10)] = table;
        }
        segment.requireEnd();
    }

    void defineQuantization(SegmentReader segment) throws InvalidJpegException {
        while (segment.remaining() > 0) {
            int target = segment.readByte();
            segment.readBytes(target >> 4 == 0 ? QUANTIZATION_VALUES : 2 * QUANTIZATION_VALUES);
            quantization[slot(target & 15)] = true;
        }
        segment.requireEnd();
    }

    void defineRestartInterval(SegmentReader segment) throws InvalidJpegException {
        restartInterval = segment.readShort();
        segment.requireEnd();
    }

    private static int slot(int number) throws InvalidJpegException {
        if (number >= SLOTS) {
            throw new InvalidJpegException("a table has an invalid number");
        }
        return number;
    }

    /** In MCUs; 0 without restart markers. */
    int restartInterval() {
        return restartInterval;
    }

    void requireQuantization(int number) throws InvalidJpegException {
        if (number >= SLOTS || !quantization[number]) {
            throw new InvalidJpegException("a quantization table is missing");
        }
    }

    HuffmanTable dc(int number) throws InvalidJpegException {
        HuffmanTable table = get(dc, number);
        if (!table.isValidForDc()) {
            throw new InvalidJpegException("invalid Huffman table");
        }
        return table;
    }

    HuffmanTable ac(int number) throws InvalidJpegException {
        return get(ac, number);
    }

    private static HuffmanTable get(@Nullable HuffmanTable[] tables, int number) throws InvalidJpegException {
        HuffmanTable table = number < SLOTS ? tables[number] : null;
        if (table == null) {
            throw new InvalidJpegException("a Huffman table is missing");
        }
        if (!table.isValid()) {
            throw new InvalidJpegException("invalid Huffman table");
        }
        return table;
    }

    /** Defines the tables of T.81, annex K, unless the picture has its own: Motion JPEG omits them. */
    void addStandardHuffmanTables() {
        setIfAbsent(dc, 0, JPEGHuffmanTable.StdDCLuminance);
        setIfAbsent(dc, 1, JPEGHuffmanTable.StdDCChrominance);
        setIfAbsent(ac, 0, JPEGHuffmanTable.StdACLuminance);
        setIfAbsent(ac, 1, JPEGHuffmanTable.StdACChrominance);
    }

    private static void setIfAbsent(@Nullable HuffmanTable[] tables, int number, JPEGHuffmanTable standard) {
        if (tables[number] == null) {
            byte[] counts = Arrays.copyOf(bytes(standard.getLengths()), HuffmanTable.MAX_LENGTH);
            tables[number] = new HuffmanTable(counts, bytes(standard.getValues()));
        }
    }

    private static byte[] bytes(short[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
