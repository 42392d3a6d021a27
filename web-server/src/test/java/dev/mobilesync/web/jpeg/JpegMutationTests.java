package dev.mobilesync.web.jpeg;

import static dev.mobilesync.testsupport.JpegSegments.insert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.JpegWriter;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.web.JpegFixtures;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

/** Randomly changed pictures, with a fixed seed. */
class JpegMutationTests {

    private static final int MUTATIONS = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final List<byte[]> PICTURES = List.of(
            JpegFixtures.withEverything(Jpegs.picture(64, 48, 1), 6),
            JpegFixtures.withEverything(JpegFixtures.progressive(64, 48, 2), 3),
            JpegFixtures.withExif(JpegFixtures.withoutJfif(64, 48, 3), 1),
            new JpegWriter(64, 48).restartInterval(2).progressive().write());

    @Test
    void survivesMutations() {
        Random random = new Random(20240101);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(PICTURES.get(i % PICTURES.size()), random);
            long start = CpuTime.now();
            try {
                byte[] stored = JpegSanitizer.sanitize(mutated);
                accepted++;
                assertThat(stored).hasSizeLessThanOrEqualTo(mutated.length + 38);
                assertThat(JpegSanitizer.sanitize(stored)).as("mutation %d", i).isEqualTo(stored);
            } catch (InvalidJpegException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
            assertThat(CpuTime.since(start)).as("mutation %d", i).isLessThan(LIMIT);
        }
        assertThat(accepted).isBetween(MUTATIONS / 10, MUTATIONS * 9 / 10);
    }

    /** libjpeg decodes the same samples before and after. */
    @Test
    void keepsSamplesOfDamagedPictures() throws IOException {
        Random random = new Random(7);
        int compared = 0;
        for (int i = 0; i < MUTATIONS / 5; i++) {
            byte[] mutated = mutate(PICTURES.get(i % PICTURES.size()), random);
            try {
                byte[] stored = JpegSanitizer.sanitize(mutated);
                assertThat(samples(stored)).as("mutation %d", i).isEqualTo(samples(mutated));
                compared++;
            } catch (InvalidJpegException | javax.imageio.IIOException e) {
                // rejected, or the JDK cannot decode it
            }
        }
        assertThat(compared).isGreaterThan(MUTATIONS / 50);
    }

    private static byte[] samples(byte[] picture) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
        try (ImageInputStream stream = ImageIO.createImageInputStream(new ByteArrayInputStream(picture))) {
            reader.setInput(stream, true, true);
            return ((DataBufferByte) reader.readRaster(0, null).getDataBuffer()).getData();
        } finally {
            reader.dispose();
        }
    }

    private static byte[] mutate(byte[] picture, Random random) {
        byte[] mutated = picture.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            // Half of the changes are in the segments before the scan.
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
}
