package dev.mobilesync.web.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobilesync.testsupport.JpegCorpus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One picture of each class; {@code JpegOracleIT} shows the same to Chromium. */
class JpegCorpusTests {

    static Stream<Arguments> shown() {
        return arguments(JpegCorpus.shown());
    }

    static Stream<Arguments> orientations() {
        return arguments(JpegCorpus.orientations());
    }

    static Stream<Arguments> refused() {
        return Stream.concat(arguments(JpegCorpus.notShown()), arguments(JpegCorpus.rejectedAlthoughShown()));
    }

    private static Stream<Arguments> arguments(Map<String, byte[]> pictures) {
        return pictures.entrySet().stream().map(picture -> Arguments.of(picture.getKey(), picture.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"shown", "orientations"})
    void acceptsPicturesThatBrowsersShow(String name, byte[] picture) throws Exception {
        byte[] stored = JpegSanitizer.sanitize(picture);

        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .startsWith("\377\330\377")
                .endsWith("\377\331")
                .doesNotContain(JpegCorpus.JUNK);
        assertThat(JpegSanitizer.sanitize(stored)).isEqualTo(stored);
        // The JDK's libjpeg lacks the standard tables.
        if (stored.length < 100_000 && !name.equals("no Huffman tables")) {
            decode(stored);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void rejectsPicturesThatBrowsersDoNotShow(String name, byte[] picture) {
        assertThatThrownBy(() -> JpegSanitizer.sanitize(picture)).isInstanceOf(InvalidJpegException.class);
    }

    /** Pictures from other projects' bug reports. */
    @ParameterizedTest
    @CsvSource({
        "fill_before_rst, 1844",
        "zero_byte_after_app0, 2148",
        "app1_len_short_by_2, 2148",
        "icc_dup, 2148",
        "icc_empty, 2148",
        "no_eoi_samsung_trailer, 2148",
        "ori_two_exif_bad_then_6, 2184"
    })
    void acceptsReportedPictures(String name, int storedSize) throws Exception {
        byte[] stored = JpegSanitizer.sanitize(read(name));

        assertThat(stored).hasSize(storedSize).endsWith(0xFF, 0xD9);
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("ICC_PROFILE", "SEFT", "xmpmeta");
        decode(stored);
    }

    @Test
    void namesArithmeticCodingOfReportedPicture() {
        assertThatThrownBy(() -> JpegSanitizer.sanitize(read("arithmetic")))
                .hasMessage("arithmetic coding is not supported");
    }

    @Test
    void storesOrientationOfSecondExif() throws Exception {
        assertThat(new String(JpegSanitizer.sanitize(read("ori_two_exif_bad_then_6")), StandardCharsets.ISO_8859_1))
                .contains(new String(ExifOrientation.segment(6), StandardCharsets.ISO_8859_1))
                .containsOnlyOnce("Exif");
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream file = JpegCorpusTests.class.getResourceAsStream("/jpeg/" + name + ".jpg")) {
            return Objects.requireNonNull(file).readAllBytes();
        }
    }

    /** Decodes with the JDK's libjpeg. */
    private static void decode(byte[] picture) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(picture))) {
            reader.setInput(stream, true, true);
            reader.readRaster(0, null);
        } finally {
            reader.dispose();
        }
    }
}
