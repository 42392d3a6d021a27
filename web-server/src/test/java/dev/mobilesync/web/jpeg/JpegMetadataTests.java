package dev.mobilesync.web.jpeg;

import static dev.mobilesync.web.PhonePictures.afterSegment;
import static dev.mobilesync.web.PhonePictures.ascii;
import static dev.mobilesync.web.PhonePictures.concat;
import static dev.mobilesync.web.PhonePictures.insert;
import static dev.mobilesync.web.PhonePictures.segment;
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
import dev.mobilesync.web.PhonePictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken away from a picture, what stays, and what is too odd for that. */
class JpegMetadataTests {

    private static final int MUTATIONS = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    @Test
    void leavesAPictureWithoutMetadataAsItIs() throws Exception {
        byte[] sent = Jpegs.picture(1);

        assertThat(Jpeg.clean(sent)).isEqualTo(sent);
    }

    @Test
    void takesAwayAllThatAPhoneTells() throws Exception {
        byte[] sent = PhonePictures.withEverything(6);
        assertThat(metadata(sent).containsDirectoryOfType(GpsDirectory.class)).isTrue();
        assertThat(metadata(sent).containsDirectoryOfType(ExifThumbnailDirectory.class))
                .isTrue();

        byte[] stored = Jpeg.clean(sent);

        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .doesNotContain(
                        PhonePictures.MAKE,
                        PhonePictures.COMMENT,
                        PhonePictures.IPTC,
                        PhonePictures.MPF,
                        PhonePictures.JFXX,
                        PhonePictures.MAKERS_OWN,
                        PhonePictures.VIDEO,
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
    void keepsTheProfileAndEveryCodedBit() throws Exception {
        byte[] sent = PhonePictures.withEverything(6);

        byte[] stored = Jpeg.clean(sent);

        assertThat(indexOf(stored, PhonePictures.icc())).isPositive();
        assertThat(metadata(stored).containsDirectoryOfType(IccDirectory.class)).isTrue();
        byte[] coded = Arrays.copyOfRange(sent, afterSegment(sent, 0xDA), indexOf(sent, ascii(PhonePictures.VIDEO)));
        assertThat(Arrays.copyOfRange(stored, afterSegment(stored, 0xDA), stored.length))
                .isEqualTo(coded);
        assertSamePixels(sent, stored);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void keepsTheOrientation(int orientation) throws Exception {
        byte[] stored = Jpeg.clean(PhonePictures.withEverything(orientation));

        assertThat(metadata(stored)
                        .getFirstDirectoryOfType(ExifIFD0Directory.class)
                        .getInteger(ExifIFD0Directory.TAG_ORIENTATION))
                .isEqualTo(orientation);
        assertThat(Jpeg.clean(stored)).isEqualTo(stored);
    }

    @Test
    void needsNoExifForAnUprightPicture() throws Exception {
        byte[] picture = Jpegs.picture(320, 240, 1);

        assertThat(Jpeg.clean(PhonePictures.withExif(picture, 1))).isEqualTo(picture);
    }

    @Test
    void readsTheOrientationInBothByteOrders() throws Exception {
        byte[] little = ascii("II*\0\10\0\0\0\1\0\22\1\3\0\1\0\0\0\10\0\0\0\0\0\0\0");

        assertThat(Exif.orientation(little, 0, little.length)).isEqualTo(8);
        byte[] big = Exif.segment(5);
        assertThat(Exif.orientation(big, 10, big.length)).isEqualTo(5);
    }

    @Test
    void anExifThatIsOutOfOrderDoesNoHarm() throws Exception {
        byte[] whole = Exif.segment(6);
        Random random = new Random(1);
        for (int end = 10; end <= whole.length; end++) {
            for (int i = 0; i < 500; i++) {
                byte[] mutated = Arrays.copyOf(whole, end);
                for (int at = 10; at < end; at++) {
                    if (random.nextInt(4) == 0) {
                        mutated[at] = (byte) random.nextInt();
                    }
                }
                assertThat(Exif.orientation(mutated, 10, end)).isBetween(1, 8);
            }
        }
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] sent = insert(picture, 2, segment(0xE1, ascii("Exif\0\0MM\0*\177\377\377\377")));
        assertThat(Jpeg.clean(sent)).isEqualTo(picture);
    }

    @Test
    void keepsTheColoursOfAPictureThatIsExifAlone() throws Exception {
        byte[] sent = PhonePictures.withExif(PhonePictures.withoutJfif(64, 48, 1), 1);

        byte[] stored = Jpeg.clean(sent);

        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain(PhonePictures.MAKE);
        assertThat(indexOf(stored, Exif.segment(Exif.UPRIGHT))).isEqualTo(2);
        assertSamePixels(sent, stored);
    }

    @Test
    void takesProgressivePictures() throws Exception {
        byte[] picture = PhonePictures.progressive(320, 240, 1);
        byte[] sent = PhonePictures.withEverything(picture, 1);

        assertThat(Jpeg.clean(picture)).isEqualTo(picture);
        assertSamePixels(sent, Jpeg.clean(sent));
    }

    @Test
    void takesAwayTheThumbnailWithinJfif() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] jfif = concat(ascii("JFIF\0\1\2\0\0\1\0\1\1\1"), ascii("RGB"));
        byte[] sent = insert(PhonePictures.without(picture, 0xE0), 2, segment(0xE0, jfif));

        assertThat(Jpeg.clean(sent)).isEqualTo(picture);
    }

    @Test
    void takesAwayMetadataAfterTheScanToo() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] sent = insert(picture, picture.length - 2, segment(0xFE, ascii(PhonePictures.COMMENT)));

        assertThat(Jpeg.clean(sent)).isEqualTo(picture);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x02, 0xC8, 0xDE, 0xDF, 0xF0, 0xFD})
    void refusesSegmentsThatNobodyKnows(int marker) {
        byte[] picture = Jpegs.picture(64, 48, 1);

        assertRefused(insert(picture, 2, segment(marker, ascii("what"))));
        assertRefused(insert(picture, picture.length - 2, segment(marker, ascii("what"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 0x7FFF, 0xFFFF})
    void refusesSegmentsOfImpossibleLengths(int length) {
        byte[] picture = Jpegs.picture(64, 48, 1);
        for (int marker : new int[] {0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE, 0xDB, 0xC4, 0xDA}) {
            byte[] start = {(byte) 0xFF, (byte) marker, (byte) (length >> 8), (byte) length};
            assertRefused(insert(picture, 2, start));
            assertRefused(concat(Arrays.copyOf(picture, 2), start));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "J", "JFIF\0", "Exif\0", "Exif\0\0", "Exif\0\0MM", "ICC_PROFILE\0", "Adobe", "Adobe\0\0\0"})
    void readsNothingBeyondAShortSegment(String content) throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        for (int marker : new int[] {0xE0, 0xE1, 0xED, 0xEE, 0xFE}) {
            assertThat(Jpeg.clean(insert(picture, 2, segment(marker, ascii(content)))))
                    .isEqualTo(picture);
        }
    }

    @Test
    void aMillionSegmentsTakeNoTime() throws Exception {
        byte[] picture = Jpegs.picture(64, 48, 1);
        byte[] empty = segment(0xE1, new byte[0]);
        byte[] many = new byte[1_300_000 * empty.length];
        for (int at = 0; at < many.length; at += empty.length) {
            System.arraycopy(empty, 0, many, at, empty.length);
        }
        byte[] sent = insert(picture, 2, many);

        long start = cpuTime();
        assertThat(Jpeg.clean(sent)).isEqualTo(picture);
        assertThat(Duration.ofNanos(cpuTime() - start)).isLessThan(LIMIT);
    }

    @Test
    void aSmallPictureOfManyScansIsRefused() {
        byte[] picture = PhonePictures.progressive(1, 1, 1);
        byte[] scan = Arrays.copyOfRange(picture, lastScan(picture), picture.length - 2);
        byte[] scans = new byte[300_000 * scan.length];
        for (int at = 0; at < scans.length; at += scan.length) {
            System.arraycopy(scan, 0, scans, at, scan.length);
        }

        assertRefused(insert(picture, picture.length - 2, scans));
    }

    private static int lastScan(byte[] picture) {
        return new String(picture, StandardCharsets.ISO_8859_1).lastIndexOf("\377\332");
    }

    /** Repeatable: the seed is fixed. */
    @Test
    void survivesMutations() {
        List<byte[]> pictures = List.of(
                PhonePictures.withEverything(Jpegs.picture(64, 48, 1), 6),
                PhonePictures.withEverything(PhonePictures.progressive(64, 48, 2), 3),
                PhonePictures.withExif(PhonePictures.withoutJfif(64, 48, 3), 1));
        Random random = new Random(20240101);
        int taken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(pictures.get(i % pictures.size()), random);
            long start = cpuTime();
            try {
                byte[] stored = Jpeg.clean(mutated);
                taken++;
                assertThat(stored).hasSizeLessThanOrEqualTo(mutated.length + 36);
            } catch (Jpeg.NotAJpegException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
            assertThat(Duration.ofNanos(cpuTime() - start)).as("mutation %d", i).isLessThan(LIMIT);
        }
        assertThat(taken).isBetween(MUTATIONS / 10, MUTATIONS * 9 / 10);
    }

    private static byte[] mutate(byte[] picture, Random random) {
        byte[] mutated = picture.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            // Most of it among the segments: they are what is walked.
            int at = random.nextInt(random.nextBoolean() ? Math.min(800, mutated.length) : mutated.length);
            switch (random.nextInt(6)) {
                case 0 -> mutated[at] = (byte) random.nextInt();
                case 1 -> mutated[at] = (byte) 0xFF;
                case 2 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                case 4 -> {
                    byte[] piece = new byte[random.nextInt(40)];
                    random.nextBytes(piece);
                    mutated = insert(mutated, at, piece);
                }
                default -> {
                    int end = Math.min(mutated.length, at + random.nextInt(40));
                    mutated = insert(mutated, random.nextInt(mutated.length), Arrays.copyOfRange(mutated, at, end));
                }
            }
        }
        return mutated;
    }

    /** Of this thread, in ns: what others do on the machine does not count. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> Jpeg.clean(bytes)).isInstanceOf(Jpeg.NotAJpegException.class);
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
