package dev.mobilesync.browser;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.NotFoundException;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;

/** What an examinee sees and does. */
final class ExamineePage {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Browser browser;

    ExamineePage(Browser browser) {
        this.browser = browser;
    }

    /** Waits until the page is in that phase: scan, picture, paired, failed, timeout, completed, ended, noAccess, … */
    ExamineePage awaitPhase(String phase) {
        browser.see("body[data-phase='" + phase + "']");
        return this;
    }

    String headline() {
        return browser.see("h1").getText();
    }

    /** How the four steps stand: a letter each, of done, now, later, problem and skipped. */
    String steps() {
        return String.valueOf(browser.script(
                "return [...document.querySelectorAll('#steps li')].map(step =>" + " step.dataset.mark[0]).join('')"));
    }

    /** The code to type, as soon as there is one. */
    String code() {
        return awaitCode(code -> true);
    }

    /** The code, as soon as it is another. */
    String codeOtherThan(String before) {
        return awaitCode(code -> !code.equals(before));
    }

    private String awaitCode(Predicate<String> wanted) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> browser.see("#code").getText().replace(" ", ""),
                        code -> code.matches("[0-9A-Z]{8}") && wanted.test(code));
    }

    /** What a phone's camera reads off the screen. */
    String scan() {
        browser.see("#qr[src^='data:']");
        Path picture = browser.screenshot("qr");
        try {
            BufferedImage image = Objects.requireNonNull(ImageIO.read(picture.toFile()));
            int width = image.getWidth();
            int height = image.getHeight();
            int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
            BinaryBitmap bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels)));
            return new QRCodeReader().decode(bitmap).getText();
        } catch (NotFoundException e) {
            throw new AssertionError("no QR code in " + picture, e);
        } catch (ReaderException e) {
            throw new AssertionError("no readable QR code in " + picture, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The seconds that the countdown shows. */
    int secondsLeft() {
        String[] parts = browser.see("#left").getText().split(":", -1);
        int seconds = 0;
        for (String part : parts) {
            seconds = 60 * seconds + Integer.parseInt(part);
        }
        return seconds;
    }
}
