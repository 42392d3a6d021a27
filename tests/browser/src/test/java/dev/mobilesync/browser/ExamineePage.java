package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The examinee's page. */
final class ExamineePage implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Set<String> SHOWN_IN_DOCS = Set.of("scan-ko", "scan-en");

    private final Browser browser;

    ExamineePage(Browser browser) {
        this.browser = browser;
    }

    Browser browser() {
        return browser;
    }

    /** Waits for a phase of the page: scan, picture, paired, failed, timeout, completed, ended, noAccess, … */
    ExamineePage awaitPhase(String phase) {
        browser.see("body[data-phase='" + phase + "']");
        return this;
    }

    /** Uses the picture that arrived. */
    ExamineePage usePicture() {
        awaitPhase("review");
        browser.script("document.getElementById('use').click()");
        return awaitPhase("completed");
    }

    String headline() {
        return browser.see("h1").getText();
    }

    /** The initial letters of the four steps' states: done, now, later, problem or skipped. */
    String progress() {
        return String.valueOf(browser.script("return [...document.querySelectorAll('#progress-items li')].map(item =>"
                + " item.dataset.mark[0]).join('')"));
    }

    /** Waits for the code to type. */
    String code() {
        return awaitCode(code -> true);
    }

    /** Waits until the code changes. */
    String codeOtherThan(String before) {
        return awaitCode(code -> !code.equals(before));
    }

    private String awaitCode(Predicate<String> expected) {
        return Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> browser.see("#code").getText().replace(" ", ""),
                        code -> code.matches("[0-9A-Z]{8}") && expected.test(code));
    }

    /** Decodes the QR code of the screen. It tilts the image slightly, because ZXing misses some exactly aligned codes. */
    String scan() {
        browser.see("#qr[src^='data:']");
        Path picture = browser.screenshot("qr");
        try {
            BufferedImage screen = Objects.requireNonNull(ImageIO.read(picture.toFile()));
            for (int degrees : new int[] {0, 5, 10, 15}) {
                String read = read(tilted(screen, degrees));
                if (read != null) {
                    return read;
                }
            }
            throw new AssertionError("no readable QR code in " + picture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String read(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        try {
            return new QRCodeReader()
                    .decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels))))
                    .getText();
        } catch (ReaderException e) {
            return null;
        }
    }

    private static BufferedImage tilted(BufferedImage image, int degrees) {
        BufferedImage tilted = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = tilted.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.rotate(Math.toRadians(degrees), image.getWidth() / 2.0, image.getHeight() / 2.0);
        graphics.drawImage(image, 0, 0, null);
        graphics.dispose();
        return tilted;
    }

    /** Takes screenshots in light and dark colors, in phone and laptop size, and checks that all text is readable. */
    void lookAt(String phase, String language) {
        if (phase.equals("scan")) {
            code();
        }
        for (Colors colors : new Colors[] {Colors.DARK, Colors.LIGHT}) {
            browser.prefer(colors);
            String name = phase + "-" + language + (colors == Colors.DARK ? "-dark" : "");
            browser.resize(Browser.PHONE);
            Awaitility.await("page width")
                    .atMost(TIMEOUT)
                    .until(
                            () -> browser.script("return document.documentElement.scrollWidth"),
                            Long.valueOf(360)::equals);
            if (colors == Colors.DARK) {
                assertThat(browser.accessibilityFindings())
                        .as(phase + " in dark colors")
                        .isEmpty();
            }
            browser.screenshot("examinee/" + name + "-360");
            browser.resize(Browser.LAPTOP);
            browser.screenshot((SHOWN_IN_DOCS.contains(name) ? "docs/examinee-" : "examinee/") + name);
        }
        assertThat(browser.accessibilityFindings()).as(phase).isEmpty();
    }

    /** The countdown in seconds. */
    int secondsLeft() {
        String[] parts = browser.see("#left").getText().split(":", -1);
        int seconds = 0;
        for (String part : parts) {
            seconds = 60 * seconds + Integer.parseInt(part);
        }
        return seconds;
    }

    @Override
    public void close() {
        browser.close();
    }
}
