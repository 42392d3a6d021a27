package dev.mobilesync.web.jpeg;

import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * Whether bytes are a whole JPEG that can be decoded, and what of them is stored. First its segments are walked from
 * start to end, so that what would cost too much memory or time is refused before anything is decoded.
 */
public final class Jpeg {

    private static final int COMMENT = 0xFE;
    private static final int MAX_SIDE = 16_384;
    private static final long MAX_PIXELS = 50_000_000;
    /** A picture in more than one scan is kept whole while it is decoded, with up to 6 bytes of each pixel. */
    private static final long MAX_PIXELS_IN_SCANS = 25_000_000;
    /** A progressive picture has about ten scans, and each one more costs a pass over all pixels. */
    private static final long MAX_SCANNED_PIXELS = 10 * MAX_PIXELS_IN_SCANS;
    /** What a scan costs at least, in pixels. */
    private static final long MIN_SCANNED_PIXELS = 1_000_000;
    /** Decoded to about as many pixels on its longer side: all of it is read, little of it is kept. */
    private static final int DECODED_SIDE = 64;

    private final byte[] bytes;
    private final KeptSegments kept;
    private int position;
    private int width;
    private int height;

    private Jpeg(byte[] bytes) {
        this.bytes = bytes;
        this.kept = new KeptSegments(bytes);
    }

    /** Says why bytes are not a picture that is taken. */
    public static final class NotAJpegException extends Exception {

        private static final long serialVersionUID = 1L;

        NotAJpegException(String reason) {
            super(reason);
        }
    }

    /**
     * Checks the picture and takes its metadata away ({@link KeptSegments}); its coded bits stay as they are.
     *
     * @return the picture to store, equal to {@code bytes} where there is nothing to take away
     * @throws NotAJpegException if it is not a picture that is taken
     */
    public static byte[] clean(byte[] bytes) throws NotAJpegException {
        Jpeg jpeg = new Jpeg(bytes);
        jpeg.walk();
        byte[] picture = jpeg.kept.picture();
        jpeg.decode(picture);
        return picture;
    }

    private void walk() throws NotAJpegException {
        if (next() != 0xFF || next() != 0xD8) {
            throw new NotAJpegException("not a JPEG");
        }
        kept.keep(0, position);
        long scanned = 0;
        int scans = 0;
        while (true) {
            int marker = marker();
            int start = position - 2;
            if (marker == 0xD9) {
                if (scanned == 0) {
                    throw new NotAJpegException("a JPEG without a picture");
                }
                kept.keep(start, position);
                return;
            }
            if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
                kept.keep(start, position);
                continue;
            }
            if (marker == 0xD8) {
                throw new NotAJpegException("a JPEG within a JPEG");
            }
            int end = position + length();
            if (isFrame(marker)) {
                readFrame();
            } else if (marker == 0xDA) {
                scanned += Math.max((long) width * height, MIN_SCANNED_PIXELS);
                if (width == 0 || scanned > MAX_SCANNED_PIXELS) {
                    throw new NotAJpegException(width == 0 ? "a scan before its frame" : "too many scans");
                }
                if (++scans > 1 && (long) width * height > MAX_PIXELS_IN_SCANS) {
                    throw new NotAJpegException(width + " x " + height + " pixels are too many for several scans");
                }
            }
            position = end;
            if (marker == 0xDA) {
                skipScan();
            }
            keep(marker, start, end);
        }
    }

    private int marker() throws NotAJpegException {
        if (next() != 0xFF) {
            throw new NotAJpegException("not a marker where one must be");
        }
        int marker = next();
        while (marker == 0xFF) {
            marker = next();
        }
        return marker;
    }

    /** The length of a segment from its length field on. */
    private int length() throws NotAJpegException {
        int start = position;
        int length = next() << 8 | next();
        if (length < 2 || start + length > bytes.length) {
            throw new NotAJpegException(length < 2 ? "a segment of no length" : "cut off");
        }
        position = start;
        return length;
    }

    private void keep(int marker, int start, int end) throws NotAJpegException {
        if (marker >= 0xE0 && marker <= 0xEF) {
            kept.application(marker, start, end);
        } else if (marker >= 0xC0 && marker <= 0xDD && marker != 0xC8) {
            kept.keep(start, position);
        } else if (marker != COMMENT) {
            throw new NotAJpegException("an unknown segment");
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void readFrame() throws NotAJpegException {
        if (width != 0) {
            throw new NotAJpegException("more than one frame");
        }
        position += 3;
        height = next() << 8 | next();
        width = next() << 8 | next();
        if (width == 0 || height == 0) {
            throw new NotAJpegException("no dimensions");
        }
        if (width > MAX_SIDE || height > MAX_SIDE || (long) width * height > MAX_PIXELS) {
            throw new NotAJpegException(width + " x " + height + " pixels are too many");
        }
    }

    private void skipScan() throws NotAJpegException {
        while (true) {
            if (next() == 0xFF) {
                int follower = next();
                boolean inScan = follower == 0 || (follower >= 0xD0 && follower <= 0xD7);
                if (!inScan) {
                    position -= 2;
                    return;
                }
            }
        }
    }

    private int next() throws NotAJpegException {
        if (position >= bytes.length) {
            throw new NotAJpegException(bytes.length == 0 ? "empty" : "cut off");
        }
        return bytes[position++] & 0xFF;
    }

    private void decode(byte[] picture) throws NotAJpegException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        ImageReader reader = readers.next();
        try {
            reader.setInput(new InMemory(picture), true, true);
            ImageReadParam param = reader.getDefaultReadParam();
            int step = Math.max(1, Math.max(width, height) / DECODED_SIDE);
            param.setSourceSubsampling(step, step, 0, 0);
            // The raster, not the image: no colours are converted, and those that Java cannot convert do not matter.
            reader.readRaster(0, param);
        } catch (IOException | RuntimeException e) {
            throw new NotAJpegException("not decodable");
        } finally {
            reader.dispose();
        }
    }

    /** An image stream that copies nothing. */
    private static final class InMemory extends ImageInputStreamImpl {

        private final byte[] bytes;

        private InMemory(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            bitOffset = 0;
            return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            bitOffset = 0;
            int count = (int) Math.min(length, bytes.length - streamPos);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(bytes, (int) streamPos, target, offset, count);
            streamPos += count;
            return count;
        }

        @Override
        public long length() {
            return bytes.length;
        }
    }
}
