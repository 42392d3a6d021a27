package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.JpegCorpus;
import dev.mobilesync.web.jpeg.InvalidJpegException;
import dev.mobilesync.web.jpeg.JpegSanitizer;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Tests that Chromium shows exactly the pictures that the web-server accepts. The stored picture must have the size and
 * orientation of the uploaded one.
 */
@Tag("slow")
@NeedsChromium
@TestInstance(Lifecycle.PER_CLASS)
class JpegOracleIT {

    private static final String NOT_SHOWN = "not shown";

    /** Returns the size and the corner colours, or {@link #NOT_SHOWN} if nothing is drawn. */
    private static final String LOOK = """
            const done = arguments[arguments.length - 1];
            const bytes = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));
            async function look() {
              const image = new Image();
              image.src = URL.createObjectURL(new Blob([bytes], {type: 'image/jpeg'}));
              try {
                await image.decode();
              } catch (e) {
                return 'not shown';
              }
              const {naturalWidth: width, naturalHeight: height} = image;
              const scale = Math.min(1, 100 / Math.max(width, height));
              const canvas = document.createElement('canvas');
              canvas.width = Math.max(1, width * scale);
              canvas.height = Math.max(1, height * scale);
              const context = canvas.getContext('2d');
              context.drawImage(image, 0, 0, canvas.width, canvas.height);
              URL.revokeObjectURL(image.src);
              const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
              if (!pixels.some((value, i) => i % 4 === 3 && value > 0)) {
                return 'not shown';
              }
              const colour = (x, y) => {
                const at = 4 * (y * canvas.width + x);
                return [...pixels.slice(at, at + 3)].map(value => Math.round(value / 51)).join('');
              };
              const [right, bottom] = [canvas.width - 1, canvas.height - 1];
              return `${width} x ${height}: ${colour(0, 0)} ${colour(right, 0)} `
                  + `${colour(0, bottom)} ${colour(right, bottom)}`;
            }
            look().then(done, done);
            """;

    @SuppressWarnings("NullAway.Init")
    private Browser browser;

    @BeforeAll
    void open() {
        browser = Browser.open(BrowserOptions.laptop("en"));
        browser.driver().manage().timeouts().scriptTimeout(Duration.ofMinutes(1));
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @Test
    void showsAcceptedAndStoredPictures() {
        Map<String, byte[]> pictures = new TreeMap<>(JpegCorpus.shown());
        pictures.putAll(JpegCorpus.orientations());
        Map<String, String> differences = new TreeMap<>();
        pictures.forEach((name, picture) -> {
            String sent = look(picture);
            byte[] accepted = sanitize(picture);
            String stored = accepted == null ? "rejected" : look(accepted);
            if (sent.equals(NOT_SHOWN) || !sent.equals(stored)) {
                differences.put(name, "sent " + sent + ", stored " + stored);
            }
        });
        assertThat(differences).isEmpty();
    }

    @Test
    void doesNotShowRejectedPictures() {
        Map<String, String> differences = new TreeMap<>();
        JpegCorpus.notShown().forEach((name, picture) -> {
            String sent = look(picture);
            if (!sent.equals(NOT_SHOWN) || sanitize(picture) != null) {
                differences.put(name, sent);
            }
        });
        assertThat(differences).isEmpty();
    }

    /** The oracle detects the orientation of a picture. */
    @Test
    void detectsOrientation() {
        assertThat(look(Objects.requireNonNull(JpegCorpus.shown().get("baseline"))))
                .isEqualTo("96 x 64: 500 050 005 555");
        assertThat(look(Objects.requireNonNull(JpegCorpus.orientations().get("orientation 6"))))
                .isEqualTo("64 x 96: 005 500 555 050");
    }

    private String look(byte[] picture) {
        return String.valueOf(
                browser.driver().executeAsyncScript(LOOK, Base64.getEncoder().encodeToString(picture)));
    }

    private static byte @Nullable [] sanitize(byte[] picture) {
        try {
            return JpegSanitizer.sanitize(picture);
        } catch (InvalidJpegException e) {
            return null;
        }
    }
}
