package dev.mobilesync.web.jpeg;

import static dev.mobilesync.testsupport.JpegSegments.afterSegment;
import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.segment;
import static dev.mobilesync.testsupport.JpegSegments.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.drew.imaging.ImageMetadataReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifThumbnailDirectory;
import com.drew.metadata.exif.GpsDirectory;
import com.drew.metadata.icc.IccDirectory;
import com.drew.metadata.jpeg.JpegCommentDirectory;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.web.JpegFixtures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which metadata is removed, which stays, and which pictures are rejected. */
class JpegMetadataTests {

    @Test
    void keepsPictureWithoutMetadata() throws Exception {
        byte[] sent = Jpegs.picture(1);

        assertThat(JpegSanitizer.sanitize(sent)).isEqualTo(sent);
    }

    @Test
    void removesMetadataOfPhone() throws Exception {
        byte[] sent = JpegFixtures.withEverything(6);
        assertThat(metadata(sent).containsDirectoryOfType(GpsDirectory.class)).isTrue();
        assertThat(metadata(sent).containsDirectoryOfType(ExifThumbnailDirectory.class))
                .isTrue();

        byte[] stored = JpegSanitizer.sanitize(sent);

        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .doesNotContain(
                        JpegFixtures.MAKE,
                        JpegFixtures.COMMENT,
                        JpegFixtures.IPTC,
                        JpegFixtures.MPF,
                        JpegFixtures.JFXX,
                        JpegFixtures.MAKERS_OWN,
                        JpegFixtures.VIDEO,
                        "GPS",
                        "http://ns.adobe.com",
                        "xmpmeta");
        Metadata metadata = metadata(stored);
        assertThat(metadata.containsDirectoryOfType(GpsDirectory.class)).isFalse();
        assertThat(metadata.containsDirectoryOfType(ExifThumbnailDirectory.class))
                .isFalse();
        assertThat(metadata.containsDirectoryOfType(JpegCommentDirectory.class)).isFalse();
        assertThat(metadata.getFirstDirectoryOfType(ExifIFD0Directory.class).getTagCount())
                .isEqualTo(1);
        assertThat(metadata.getDirectories()).noneMatch(directory -> directory.hasErrors());
    }

    @Test
    void keepsProfileAndCodedBits() throws Exception {
        byte[] sent = JpegFixtures.withEverything(6);

        byte[] stored = JpegSanitizer.sanitize(sent);

        assertThat(indexOf(stored, JpegFixtures.icc())).isPositive();
        assertThat(metadata(stored).containsDirectoryOfType(IccDirectory.class)).isTrue();
        byte[] coded = Arrays.copyOfRange(sent, afterSegment(sent, 0xDA), indexOf(sent, ascii(JpegFixtures.VIDEO)));
        assertThat(Arrays.copyOfRange(stored, afterSegment(stored, 0xDA), stored.length))
                .isEqualTo(coded);
        assertSamePixels(sent, stored);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void keepsOrientation(int orientation) throws Exception {
        byte[] stored = JpegSanitizer.sanitize(JpegFixtures.withEverything(orientation));

        assertThat(metadata(stored)
                        .getFirstDirectoryOfType(ExifIFD0Directory.class)
                        .getInteger(ExifIFD0Directory.TAG_ORIENTATION))
                .isEqualTo(orientation);
        assertThat(JpegSanitizer.sanitize(stored)).isEqualTo(stored);
    }

    @Test
    void writesNoExifForUprightPicture() throws Exception {
        byte[] picture = Jpegs.picture(320, 240, 1);

        assertThat(JpegSanitizer.sanitize(JpegFixtures.withExif(picture, 1))).isEqualTo(picture);
    }

    @Test
    void readsOrientationInBothByteOrders() throws Exception {
        byte[] little = ascii("II*\0\10\0\0\0\1\0\22\1\3\0\1\0\0\0\10\0\0\0\0\0\0\0");

        assertThat(ExifOrientation.read(little, 0, little.length)).isEqualTo(8);
        byte[] big = ExifOrientation.segment(5);
        assertThat(ExifOrientation.read(big, 10, big.length)).isEqualTo(5);
    }

    @Test
    void acceptsMalformedExif() throws Exception {
        byte[] complete = ExifOrientation.segment(6);
        Random random = new Random(1);
        for (int end = 10; end <= complete.length; end++) {
            for (int i = 0; i < 500; i++) {
                byte[] mutated = Arrays.copyOf(complete, end);
                for (int at = 10; at < end; at++) {
                    if (random.nextInt(4) == 0) {
                        mutated[at] = (byte) random.nextInt();
                    }
                }
                assertThat(ExifOrientation.read(mutated, 10, end)).isBetween(1, 8);
            }
        }
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] sent = insert(picture, 2, segment(0xE1, ascii("Exif\0\0MM\0*\177\377\377\377")));
        assertThat(JpegSanitizer.sanitize(sent)).isEqualTo(picture);
    }

    @Test
    void keepsColoursOfPictureWithExifOnly() throws Exception {
        byte[] sent = JpegFixtures.withExif(JpegFixtures.withoutJfif(64, 48, 1), 1);

        byte[] stored = JpegSanitizer.sanitize(sent);

        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain(JpegFixtures.MAKE);
        assertThat(indexOf(stored, ExifOrientation.segment(ExifOrientation.UPRIGHT)))
                .isEqualTo(2);
        assertSamePixels(sent, stored);
    }

    @Test
    void acceptsProgressivePictures() throws Exception {
        byte[] picture = JpegFixtures.progressive(320, 240, 1);
        byte[] sent = JpegFixtures.withEverything(picture, 1);

        assertThat(JpegSanitizer.sanitize(picture)).isEqualTo(picture);
        assertSamePixels(sent, JpegSanitizer.sanitize(sent));
    }

    @Test
    void removesThumbnailOfJfif() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] jfif = concat(ascii("JFIF\0\1\2\0\0\1\0\1\1\1"), ascii("RGB"));
        byte[] sent = insert(without(picture, 0xE0), 2, segment(0xE0, jfif));

        assertThat(JpegSanitizer.sanitize(sent)).isEqualTo(picture);
    }

    @Test
    void removesMetadataAfterScan() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] sent = insert(picture, picture.length - 2, segment(0xFE, ascii(JpegFixtures.COMMENT)));

        assertThat(JpegSanitizer.sanitize(sent)).isEqualTo(picture);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0xC8, 0xDE, 0xDF, 0xF0, 0xFD})
    void rejectsUnknownSegments(int marker) throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] progressive = JpegFixtures.progressive(64, 48, 1);
        byte[] unknown = segment(marker, ascii("what"));

        assertRejected(insert(picture, 2, unknown));
        assertRejected(insert(progressive, progressive.length - 2, unknown));
        // Browsers do not read what follows a picture's only scan.
        assertThat(JpegSanitizer.sanitize(insert(picture, picture.length - 2, unknown)))
                .isEqualTo(picture);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x7FFF, 0xFFFF})
    void rejectsInvalidLengthsOfDecodedSegments(int length) {
        byte[] picture = Jpegs.picture(64, 48, 1);
        for (int marker : new int[] {0xDB, 0xC4, 0xDA, 0xC0, 0xDD}) {
            assertRejected(insert(picture, 2, start(marker, length)));
            assertRejected(concat(Arrays.copyOf(picture, 2), start(marker, length)));
        }
    }

    @Test
    void skipsOtherSegmentsAsLibjpegDoes() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        for (int marker : new int[] {0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE}) {
            assertThat(JpegSanitizer.sanitize(insert(picture, 2, start(marker, 0))))
                    .isEqualTo(picture);
            assertThat(JpegSanitizer.sanitize(insert(picture, 2, start(marker, 1))))
                    .isEqualTo(picture);
            assertRejected(insert(picture, 2, start(marker, 0x7FFF)));
            assertRejected(insert(picture, 2, start(marker, 0xFFFF)));
            assertRejected(concat(Arrays.copyOf(picture, 2), start(marker, 0)));
        }
    }

    private static byte[] start(int marker, int length) {
        return new byte[] {(byte) 0xFF, (byte) marker, (byte) (length >> 8), (byte) length};
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "J", "JFIF\0", "Exif\0", "Exif\0\0", "Exif\0\0MM", "ICC_PROFILE\0", "Adobe", "Adobe\0\0\0"})
    void readsNothingBeyondShortSegment(String content) throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        for (int marker : new int[] {0xE0, 0xE1, 0xED, 0xEE, 0xFE}) {
            assertThat(JpegSanitizer.sanitize(insert(picture, 2, segment(marker, ascii(content)))))
                    .isEqualTo(picture);
        }
    }

    private static void assertRejected(byte[] bytes) {
        assertThatThrownBy(() -> JpegSanitizer.sanitize(bytes)).isInstanceOf(InvalidJpegException.class);
    }

    private static void assertSamePixels(byte[] sent, byte[] stored) throws IOException {
        assertThat(pixels(stored)).isEqualTo(pixels(sent));
    }

    private static int[] pixels(byte[] picture) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static Metadata metadata(byte[] picture) throws Exception {
        return ImageMetadataReader.readMetadata(new ByteArrayInputStream(picture));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(new String(part, StandardCharsets.ISO_8859_1));
    }
}
