package dev.mobilesync.web;

import static dev.mobilesync.testsupport.JpegSegments.afterSegment;
import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.segment;
import static dev.mobilesync.testsupport.JpegSegments.startOf;
import static dev.mobilesync.testsupport.JpegSegments.without;

import dev.mobilesync.testsupport.Jpegs;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;
import org.apache.commons.imaging.formats.jpeg.exif.ExifRewriter;
import org.apache.commons.imaging.formats.tiff.JpegImageData;
import org.apache.commons.imaging.formats.tiff.constants.ExifTagConstants;
import org.apache.commons.imaging.formats.tiff.constants.TiffDirectoryConstants;
import org.apache.commons.imaging.formats.tiff.constants.TiffTagConstants;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputDirectory;
import org.apache.commons.imaging.formats.tiff.write.TiffOutputSet;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Pictures with all the metadata that phones write into them. */
public final class JpegFixtures {

    public static final String MAKE = "A-MAKER-OF-PHONES";
    public static final String COMMENT = "A-COMMENT-WITH-A-NAME";
    static final String XMP = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>exif:GPSLatitude</x:xmpmeta>";
    public static final String IPTC = "Photoshop 3.0\0A-CAPTION";
    public static final String MPF = "MPF\0A-SECOND-PICTURE";
    public static final String JFXX = "JFXX\0A-THUMBNAIL";
    public static final String MAKERS_OWN = "A-MAKERS-OWN-SEGMENT";
    public static final String VIDEO = "ftypmp42-A-VIDEO";

    private JpegFixtures() {}

    /** With EXIF (GPS, a thumbnail), XMP, IPTC, MPF, a comment, an ICC profile, and a video behind it. */
    public static byte[] withEverything(int orientation) {
        return withEverything(Jpegs.picture(320, 240, 1), orientation);
    }

    public static byte[] withEverything(byte[] picture, int orientation) {
        byte[] sent = withExif(picture, orientation);
        for (byte[] segment : new byte[][] {
            segment(0xE1, ascii(XMP)),
            segment(0xED, ascii(IPTC)),
            segment(0xE2, ascii(MPF)),
            segment(0xE0, ascii(JFXX)),
            segment(0xE5, ascii(MAKERS_OWN)),
            segment(0xFE, ascii(COMMENT)),
            segment(0xE2, icc())
        }) {
            sent = insert(sent, afterSegment(sent, 0xE1), segment);
        }
        return concat(sent, ascii(VIDEO));
    }

    public static byte[] withExif(byte[] picture, int orientation) {
        try {
            TiffOutputSet exif = new TiffOutputSet();
            exif.setGpsInDegrees(126.978, 37.566);
            TiffOutputDirectory root = exif.getOrCreateRootDirectory();
            root.add(TiffTagConstants.TIFF_TAG_MAKE, MAKE);
            root.add(TiffTagConstants.TIFF_TAG_ORIENTATION, (short) orientation);
            exif.getOrCreateExifDirectory().add(ExifTagConstants.EXIF_TAG_BODY_SERIAL_NUMBER, MAKE);
            byte[] thumbnail = Jpegs.picture(32, 24, 2);
            TiffOutputDirectory second =
                    new TiffOutputDirectory(TiffDirectoryConstants.DIRECTORY_TYPE_DIR_1, exif.byteOrder);
            second.setJpegImageData(new JpegImageData(0, thumbnail.length, thumbnail));
            exif.addDirectory(second);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new ExifRewriter().updateExifMetadataLossless(picture, out, exif);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An ICC profile as APP2 carries it. */
    public static byte[] icc() {
        return concat(
                ascii("ICC_PROFILE\0\1\1"),
                ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData());
    }

    public static byte[] progressive(int width, int height, long seed) {
        return encode(width, height, seed, true, false);
    }

    /**
     * Without JFIF, with as many samples for colour as for brightness, and with components 0, 1 and 2, as a camera may
     * write it: a decoder may take the colours for RGB.
     */
    public static byte[] withoutJfif(int width, int height, long seed) {
        return encode(width, height, seed, false, true);
    }

    private static byte[] encode(int width, int height, long seed, boolean progressive, boolean bare) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ByteArrayOutputStream out = new ByteArrayOutputStream();
                ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(Jpegs.picture(width, height, seed)));
            writer.setOutput(stream);
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (progressive) {
                param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
            if (bare) {
                sampleColoursFully(metadata);
            }
            writer.write(null, new IIOImage(image, null, metadata), param);
            stream.flush();
            byte[] bytes = out.toByteArray();
            return bare ? numberComponentsFromZero(without(bytes, 0xE0)) : bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
    }

    private static void sampleColoursFully(IIOMetadata metadata) throws IOException {
        String format = metadata.getNativeMetadataFormatName();
        Node tree = metadata.getAsTree(format);
        NodeList components = ((org.w3c.dom.Element) tree).getElementsByTagName("componentSpec");
        for (int i = 0; i < components.getLength(); i++) {
            ((org.w3c.dom.Element) components.item(i)).setAttribute("HsamplingFactor", "1");
            ((org.w3c.dom.Element) components.item(i)).setAttribute("VsamplingFactor", "1");
        }
        metadata.setFromTree(format, tree);
    }

    private static byte[] numberComponentsFromZero(byte[] bytes) {
        int frame = startOf(bytes, 0xC0);
        int scan = startOf(bytes, 0xDA);
        for (int component = 0; component < 3; component++) {
            bytes[frame + 10 + 3 * component] = (byte) component;
            bytes[scan + 5 + 2 * component] = (byte) component;
        }
        return bytes;
    }

    /** A picture whose frame declares this size. */
    public static byte[] ofSize(int width, int height) {
        byte[] picture = Jpegs.picture(320, 240, 1);
        int frame = startOf(picture, 0xC0);
        picture[frame + 5] = (byte) (height >> 8);
        picture[frame + 6] = (byte) height;
        picture[frame + 7] = (byte) (width >> 8);
        picture[frame + 8] = (byte) width;
        return picture;
    }
}
