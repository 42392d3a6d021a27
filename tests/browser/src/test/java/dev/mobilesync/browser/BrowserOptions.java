package dev.mobilesync.browser;

import java.util.ArrayList;
import java.util.List;
import org.openqa.selenium.Dimension;

/**
 * The options of a browser.
 *
 * @param language the preferred language, {@code ko} or {@code en}
 * @param darkMode whether the preferred color scheme is dark
 * @param cameras the number of permitted cameras: one shows a {@link FakeCameraImage}, two show Chromium's test pictures; 0 for a
 *     camera without permission
 * @param light how the single camera sees the scene
 */
record BrowserOptions(Dimension size, String language, boolean darkMode, int cameras, FakeCameraImage.Light light) {

    static BrowserOptions laptop(String language) {
        return new BrowserOptions(Browser.LAPTOP, language, false, 1, FakeCameraImage.Light.GOOD);
    }

    static BrowserOptions phone(String language) {
        return new BrowserOptions(Browser.PHONE, language, false, 1, FakeCameraImage.Light.GOOD);
    }

    /** The flags of a {@link Chromium} with these cameras. */
    List<String> flags() {
        List<String> flags = new ArrayList<>();
        flags.add("--use-fake-device-for-media-stream=fps=5,device-count=" + Math.max(1, cameras));
        if (cameras > 0) {
            flags.add("--use-fake-ui-for-media-stream");
        }
        if (cameras == 1) {
            flags.add("--use-file-for-fake-video-capture=" + FakeCameraImage.film(light));
        }
        return flags;
    }

    BrowserOptions withSize(Dimension other) {
        return new BrowserOptions(other, language, darkMode, cameras, light);
    }

    BrowserOptions withDarkMode() {
        return new BrowserOptions(size, language, true, cameras, light);
    }

    BrowserOptions withoutCamera() {
        return withCameras(0);
    }

    BrowserOptions withCameras(int number) {
        return new BrowserOptions(size, language, darkMode, number, light);
    }

    BrowserOptions seeing(FakeCameraImage.Light other) {
        return new BrowserOptions(size, language, darkMode, cameras, other);
    }
}
