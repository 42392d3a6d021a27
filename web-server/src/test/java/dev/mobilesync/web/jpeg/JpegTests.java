package dev.mobilesync.web.jpeg;

import static dev.mobilesync.web.PhonePictures.ofSize;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.testsupport.Jpegs;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegTests {

    private static final byte[] PICTURE = Jpegs.picture(320, 240, 1);

    private static int frame(byte[] picture) {
        for (int i = 2; ; i++) {
            if ((picture[i] & 0xFF) == 0xFF && (picture[i + 1] & 0xFF) == 0xC0) {
                return i;
            }
        }
    }

    @Test
    void picturesAreTaken() throws Exception {
        assertTaken(PICTURE);
        assertTaken(Jpegs.picture(1, 1, 1));
        assertTaken(Jpegs.picture(1280, 720, 1));
        assertTaken(progressive(ImageIO.read(new ByteArrayInputStream(PICTURE))));
        assertTaken(grey());
        assertTaken(Arrays.copyOf(PICTURE, PICTURE.length + 1000));
    }

    @Test
    void whatIsSomethingElseIsRefused() {
        assertRefused(new byte[0], "empty");
        assertRefused("hello".getBytes(StandardCharsets.UTF_8), "not a JPEG");
        assertRefused(Jpegs.png(1), "not a JPEG");
        assertRefused(new byte[] {(byte) 0xFF}, "cut off");
        assertRefused(new byte[] {(byte) 0xFF, (byte) 0xD8}, "cut off");
        assertRefused(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9}, "without a picture");
        assertRefused(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE0, 0, 1, 0}, "no length");
        assertRefused(new byte[] {(byte) 0xFF, (byte) 0xD8, 0, 0}, "marker");
    }

    @Test
    void aPictureThatIsCutOffAnywhereIsRefused() {
        for (int length = 0; length < PICTURE.length; length += length < 1000 ? 1 : 97) {
            byte[] cut = Arrays.copyOf(PICTURE, length);
            assertThatThrownBy(() -> Jpeg.clean(cut))
                    .as("the first %d bytes", length)
                    .isInstanceOf(Jpeg.NotAJpegException.class);
        }
        assertRefused(Arrays.copyOf(PICTURE, PICTURE.length - 1), "cut off");
    }

    @Test
    void absurdDimensionsAreRefusedBeforeAnythingIsDecoded() {
        assertRefused(ofSize(60_000, 60_000), "too many");
        assertRefused(ofSize(16_385, 1), "too many");
        assertRefused(ofSize(1, 16_385), "too many");
        assertRefused(ofSize(10_000, 5_001), "too many");
        assertRefused(ofSize(0, 240), "no dimensions");
        assertRefused(ofSize(320, 0), "no dimensions");
    }

    @Test
    void moreScansThanItsPixelsAreWorthAreRefused() {
        byte[] picture = ofSize(5_000, 5_000);
        int scan = 0;
        while ((picture[scan] & 0xFF) != 0xFF || (picture[scan + 1] & 0xFF) != 0xDA) {
            scan++;
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(picture, 0, scan);
        for (int i = 0; i < 11; i++) {
            bomb.write(picture, scan, picture.length - 2 - scan);
        }
        bomb.write(0xFF);
        bomb.write(0xD9);
        assertRefused(bomb.toByteArray(), "too many scans");
    }

    /** Decoding keeps all of it in memory at once. */
    @Test
    void aLargePictureInSeveralScansIsRefused() throws IOException {
        BufferedImage large = new BufferedImage(5_000, 5_001, BufferedImage.TYPE_BYTE_GRAY);
        assertRefused(progressive(large), "too many for several scans");
        assertTaken(progressive(large.getSubimage(0, 0, 5_000, 5_000)));
    }

    @Test
    void twoFramesAreRefused() {
        int frame = frame(PICTURE);
        int length = 2 + ((PICTURE[frame + 2] & 0xFF) << 8 | PICTURE[frame + 3] & 0xFF);
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(PICTURE, 0, frame + length);
        twice.write(PICTURE, frame, PICTURE.length - frame);
        assertRefused(twice.toByteArray(), "more than one frame");
    }

    @Test
    void whatCannotBeDecodedIsRefused() {
        byte[] picture = PICTURE.clone();
        // A lossless frame: the form is right, but no decoder of ours knows it.
        picture[frame(picture) + 1] = (byte) 0xC3;
        assertRefused(picture, "not decodable");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void brokenBytesNeverCauseAnythingElse(int seed) {
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] broken = PICTURE.clone();
            for (int j = 0; j < 4; j++) {
                broken[random.nextInt(700)] = (byte) random.nextInt();
            }
            try {
                Jpeg.clean(broken);
            } catch (Jpeg.NotAJpegException e) {
                // refused, as most are
            }
        }
    }

    private static byte[] progressive(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        }
        writer.dispose();
        return out.toByteArray();
    }

    private static byte[] grey() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY), "jpg", out);
        return out.toByteArray();
    }

    private static void assertTaken(byte[] bytes) {
        assertThatCode(() -> Jpeg.clean(bytes)).doesNotThrowAnyException();
    }

    private static void assertRefused(byte[] bytes, String reason) {
        assertThatThrownBy(() -> Jpeg.clean(bytes))
                .isInstanceOf(Jpeg.NotAJpegException.class)
                .hasMessageContaining(reason);
    }
}
