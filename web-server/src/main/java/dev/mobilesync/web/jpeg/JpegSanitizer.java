package dev.mobilesync.web.jpeg;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Accepts JPEGs that browsers show, except those that
 * docs/decisions/0018-check-jpeg-without-libjpeg.md lists, and removes what their display does not need.
 * It finds markers as libjpeg does. It reads all codes but computes no samples: the memory depends on the dimensions, the time
 * on the number of coded bytes and of blocks.
 */
public final class JpegSanitizer {

    /** SOI and the start of another marker: what browsers recognize as a JPEG. */
    private static final byte[] SIGNATURE = {(byte) 0xFF, (byte) Markers.SOI, (byte) 0xFF};

    private static final int END_OF_BYTES = -1;

    private final byte[] bytes;
    private final JpegMetadataFilter filter;
    private final DecoderTables tables = new DecoderTables();
    private int position = 2;
    private int blocks;
    private int scanEnd;
    private boolean damaged;
    private @Nullable Frame frame;
    private @Nullable ScanCoverage coverage;
    private @Nullable ScanDecoder scans;

    private JpegSanitizer(byte[] bytes) {
        this.bytes = bytes;
        this.filter = new JpegMetadataFilter(bytes);
    }

    /**
     * Checks a picture and removes its metadata ({@link JpegMetadataFilter}). The coded bits do not change.
     *
     * @return the picture to store; equal to {@code bytes} if nothing was removed
     * @throws InvalidJpegException if it is not accepted
     */
    public static byte[] sanitize(byte[] bytes) throws InvalidJpegException {
        if (bytes.length == 0) {
            throw new InvalidJpegException("empty");
        }
        if (!Arrays.equals(bytes, 0, Math.min(SIGNATURE.length, bytes.length), SIGNATURE, 0, SIGNATURE.length)) {
            throw new InvalidJpegException("not a JPEG");
        }
        return new JpegSanitizer(bytes).sanitize();
    }

    private byte[] sanitize() throws InvalidJpegException {
        boolean ended = false;
        while (!ended) {
            int marker = nextMarker();
            if (marker == END_OF_BYTES || marker == Markers.EOI) {
                requireShowable(marker);
                ended = true;
            } else if (marker == Markers.SOI) {
                throw new InvalidJpegException("a JPEG within a JPEG");
            } else if (!Markers.isRestart(marker) && marker != Markers.TEM) {
                ended = parseSegment(marker);
            }
        }
        return filter.assemble();
    }

    private void requireShowable(int end) throws InvalidJpegException {
        if (end == END_OF_BYTES && !isCompleteWithTrailer()) {
            throw new InvalidJpegException("cut off");
        }
        if (coverage == null || !coverage.isShowable()) {
            throw new InvalidJpegException("a JPEG without a picture");
        }
    }

    /** Whether all scans are present and a trailer other than EOI follows. Otherwise the transfer was cut off. */
    private boolean isCompleteWithTrailer() {
        if (coverage == null || damaged || !coverage.isComplete()) {
            return false;
        }
        for (int i = scanEnd; i < bytes.length; i++) {
            if (bytes[i] != (byte) 0xFF) {
                return true;
            }
        }
        return false;
    }

    /** Skips stray and fill bytes between two segments. */
    private int nextMarker() {
        while (true) {
            int next = nextByte();
            while (next != 0xFF && next != END_OF_BYTES) {
                next = nextByte();
            }
            while (next == 0xFF) {
                next = nextByte();
            }
            if (next != 0) {
                return next;
            }
        }
    }

    private int nextByte() {
        return position < bytes.length ? bytes[position++] & 0xFF : END_OF_BYTES;
    }

    /** Returns whether the picture ends with the segment. */
    private boolean parseSegment(int marker) throws InvalidJpegException {
        int start = position - 2;
        int contentStart = start + 4;
        int length = nextByte() << 8 | nextByte();
        int end = start + 2 + length;
        if (contentStart > bytes.length || end > bytes.length) {
            requireShowable(END_OF_BYTES);
            return true;
        }
        SegmentReader content = new SegmentReader(bytes, contentStart, end);
        position = Math.max(contentStart, end);
        switch (marker) {
            case Markers.DHT -> tables.defineHuffman(content);
            case Markers.DQT -> tables.defineQuantization(content);
            case Markers.DRI -> tables.defineRestartInterval(content);
            case Markers.SOS -> {
                return readScan(start, content);
            }
            case Markers.COM, Markers.DNL, Markers.DAC -> {
                return false;
            }
            default -> {
                if (Markers.isApplication(marker)) {
                    if (blocks == 0 && length >= 2) {
                        filter.addApplicationSegment(marker, start, end);
                    }
                    return false;
                }
                readFrame(marker, content);
            }
        }
        filter.keep(start, position);
        return false;
    }

    private void readFrame(int marker, SegmentReader content) throws InvalidJpegException {
        if (marker < Markers.SOF0 || marker > 0xCF || marker == 0xC8) {
            throw new InvalidJpegException("unknown marker FF" + Integer.toHexString(marker));
        }
        if (frame != null) {
            throw new InvalidJpegException("more than one frame");
        }
        frame = Frame.parse(marker, content);
        coverage = new ScanCoverage(frame);
        scans = new ScanDecoder(bytes, frame, tables);
    }

    private boolean readScan(int start, SegmentReader content) throws InvalidJpegException {
        if (frame == null || coverage == null || scans == null) {
            throw new InvalidJpegException("a scan before its frame");
        }
        if (blocks == 0 && !frame.progressive()) {
            tables.addStandardHuffmanTables();
        }
        Scan scan = Scan.parse(frame, content);
        blocks += Math.max(scan.blocks(frame), JpegLimits.MIN_BLOCKS_PER_SCAN);
        if (blocks > JpegLimits.MAX_BLOCKS) {
            throw new InvalidJpegException("too many scans");
        }
        coverage.add(scan);
        int end = damaged ? ScanDecoder.DAMAGED : scans.decode(scan, position);
        // Browsers show the readable part of a damaged scan. Its extent is unknown, so the whole scan is stored.
        damaged = end == ScanDecoder.DAMAGED;
        position = damaged ? findEndOfScan() : end;
        scanEnd = position;
        filter.keepScan(start, position);
        // Browsers stop reading after the scan of a picture that has only one.
        boolean onlyScan = !frame.progressive()
                && scan.parts().size() == frame.components().size();
        return onlyScan && isCompleteWithTrailer();
    }

    private int findEndOfScan() {
        int marker;
        do {
            marker = nextMarker();
        } while (marker != END_OF_BYTES && (marker < Markers.SOF0 || Markers.isRestart(marker)));
        return marker == END_OF_BYTES ? bytes.length : position - 2;
    }
}
