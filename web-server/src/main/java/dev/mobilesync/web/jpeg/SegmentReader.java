package dev.mobilesync.web.jpeg;

/** Reads the content of a marker segment, without its marker and length. */
final class SegmentReader {

    private final byte[] bytes;
    private final int end;
    private int position;

    SegmentReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    int remaining() {
        return end - position;
    }

    int readByte() throws InvalidJpegException {
        if (position >= end) {
            throw new InvalidJpegException("a segment has the wrong length");
        }
        return bytes[position++] & 0xFF;
    }

    int readShort() throws InvalidJpegException {
        return readByte() << 8 | readByte();
    }

    byte[] readBytes(int count) throws InvalidJpegException {
        if (count > remaining()) {
            throw new InvalidJpegException("a segment has the wrong length");
        }
        byte[] read = new byte[count];
        System.arraycopy(bytes, position, read, 0, count);
        position += count;
        return read;
    }

    void requireEnd() throws InvalidJpegException {
        if (remaining() != 0) {
            throw new InvalidJpegException("a segment has the wrong length");
        }
    }
}
