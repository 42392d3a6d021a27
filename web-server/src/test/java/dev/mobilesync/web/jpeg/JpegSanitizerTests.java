package dev.mobilesync.web.jpeg;

import static dev.mobilesync.testsupport.JpegSegments.afterSegment;
import static dev.mobilesync.testsupport.JpegSegments.ascii;
import static dev.mobilesync.testsupport.JpegSegments.concat;
import static dev.mobilesync.testsupport.JpegSegments.insert;
import static dev.mobilesync.testsupport.JpegSegments.startOf;
import static dev.mobilesync.testsupport.JpegSegments.withoutEnd;
import static dev.mobilesync.web.JpegFixtures.ofSize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.testsupport.JpegWriter;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.web.JpegFixtures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pictures are accepted, and why others are rejected. */
class JpegSanitizerTests {

    private static final byte[] PICTURE = Jpegs.picture(320, 240, 1);

    @Test
    void acceptsPicturesOfCommonEncoders() throws Exception {
        assertUnchanged(PICTURE);
        assertUnchanged(Jpegs.picture(1, 1, 1));
        assertUnchanged(Jpegs.picture(1280, 720, 1));
        assertUnchanged(JpegFixtures.progressive(320, 240, 1));
        assertUnchanged(grey());
        assertThat(JpegSanitizer.sanitize(Arrays.copyOf(PICTURE, PICTURE.length + 1000)))
                .isEqualTo(PICTURE);
    }

    @Test
    void rejectsOtherFormats() {
        assertRejected(new byte[0], "empty");
        assertRejected(ascii("hello"), "not a JPEG");
        assertRejected(Jpegs.png(1), "not a JPEG");
        assertRejected(ascii("\377"), "not a JPEG");
        assertRejected(ascii("\377\330"), "not a JPEG");
        assertRejected(ascii("\377\330\0\0"), "not a JPEG");
        assertRejected(ascii("\377\330\377"), "cut off");
        assertRejected(ascii("\377\330\377\331"), "without a picture");
        assertRejected(ascii("\377\330\377\340\0\1\0"), "cut off");
    }

    @Test
    void rejectsTruncatedPicture() {
        byte[] progressive = JpegFixtures.progressive(320, 240, 1);
        for (byte[] picture : new byte[][] {PICTURE, progressive}) {
            for (int length = 0; length < picture.length; length += length < 1000 ? 1 : 97) {
                byte[] cut = Arrays.copyOf(picture, length);
                assertThatThrownBy(() -> JpegSanitizer.sanitize(cut))
                        .as("the first %d bytes", length)
                        .isInstanceOf(InvalidJpegException.class);
            }
            assertRejected(Arrays.copyOf(picture, picture.length - 1), "cut off");
            assertRejected(withoutEnd(picture), "cut off");
        }
    }

    @Test
    void rejectsTruncatedPictureWithTrailer() {
        byte[] half = Arrays.copyOf(PICTURE, PICTURE.length / 2);
        assertRejected(concat(half, ascii("a trailer")), "cut off");
        assertRejected(concat(half, PICTURE), "a JPEG within a JPEG");
    }

    @Test
    void rejectsTooManyPixels() {
        assertRejected(ofSize(60_000, 60_000), "too many");
        assertRejected(ofSize(16_385, 1), "too many");
        assertRejected(ofSize(1, 16_385), "too many");
        assertRejected(ofSize(8_192, 6_145), "too many");
        assertRejected(ofSize(0, 240), "no dimensions");
        assertRejected(ofSize(320, 0), "no dimensions");
    }

    @Test
    void ignoresScansAfterCompletePicture() throws Exception {
        byte[] scan = Arrays.copyOfRange(PICTURE, startOf(PICTURE, 0xDA), PICTURE.length - 2);
        assertThat(JpegSanitizer.sanitize(insert(PICTURE, PICTURE.length - 2, scan, scan)))
                .isEqualTo(PICTURE);
    }

    @Test
    void rejectsTooManyScans() {
        byte[] large = oneScan().write();
        byte[] refined = oneScan().scan(1, 1, 0, 0, 0).write();
        byte[] refinement = Arrays.copyOfRange(refined, large.length - 2, refined.length - 2);
        assertRejected(
                insert(
                        large,
                        large.length - 2,
                        Collections.nCopies(24, refinement).toArray(byte[][]::new)),
                "too many scans");
    }

    private static JpegWriter oneScan() {
        return new JpegWriter(8192, 6144).frame(0xC2).scan(0, 0, 0, 0, 0, 1, 2);
    }

    @Test
    void namesArithmeticCoding() {
        for (int frame : new int[] {0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}) {
            assertRejected(new JpegWriter(96, 64).frame(frame).write(), "arithmetic coding is not supported");
        }
    }

    @Test
    void namesOtherUnsupportedFeatures() {
        assertRejected(new JpegWriter(96, 64).frame(0xC3).write(), "lossless coding");
        assertRejected(new JpegWriter(96, 64).frame(0xC5).write(), "hierarchical coding");
        assertRejected(new JpegWriter(96, 64).frame(0xC1).precision(12).write(), "12-bit");
        assertRejected(new JpegWriter(96, 64).sampling(0x11, 0x11).write(), "2 components");
        assertRejected(new JpegWriter(96, 64).withoutQuantization().write(), "quantization table is missing");
    }

    @Test
    void rejectsTwoFrames() {
        byte[] frame = Arrays.copyOfRange(PICTURE, startOf(PICTURE, 0xC0), afterSegment(PICTURE, 0xC0));
        assertRejected(insert(PICTURE, startOf(PICTURE, 0xC0), frame), "more than one frame");
    }

    @Test
    void addsMissingEndMarkerBeforeTrailer() throws Exception {
        assertThat(JpegSanitizer.sanitize(concat(withoutEnd(PICTURE), ascii("a trailer"))))
                .isEqualTo(PICTURE);
        byte[] progressive = JpegFixtures.progressive(320, 240, 1);
        assertThat(JpegSanitizer.sanitize(concat(withoutEnd(progressive), ascii("a trailer"))))
                .isEqualTo(progressive);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void throwsOnlyDeclaredExceptionForBrokenBytes(int seed) {
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] broken = PICTURE.clone();
            for (int j = 0; j < 4; j++) {
                broken[random.nextInt(700)] = (byte) random.nextInt();
            }
            try {
                JpegSanitizer.sanitize(broken);
            } catch (InvalidJpegException e) {
                // rejected, as most are
            }
        }
    }

    private static byte[] grey() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY), "jpg", out);
        return out.toByteArray();
    }

    private static void assertUnchanged(byte[] bytes) throws InvalidJpegException {
        assertThat(JpegSanitizer.sanitize(bytes)).isEqualTo(bytes);
    }

    private static void assertRejected(byte[] bytes, String reason) {
        assertThatThrownBy(() -> JpegSanitizer.sanitize(bytes))
                .isInstanceOf(InvalidJpegException.class)
                .hasMessageContaining(reason);
    }
}
