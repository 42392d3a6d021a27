package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

/** The camera on the phone's page, and its display. */
class PhoneCameraIT extends PhoneTestCase {

    @Test
    void usesCameraAppWithoutPermission(@TempDir Path folder) throws IOException {
        Path upright = Files.write(folder.resolve("upright.jpg"), Jpegs.picture(3000, 4000, 3));
        Path unknown = Files.writeString(folder.resolve("picture.heic"), "no browser reads this");
        try (PhonePage phone = PhonePage.with(
                BrowserOptions.phone("en").withoutCamera(), application().web())) {
            pair(phone).browser().click("#instructions-start");
            phone.browser().see("#stopped-title", "The camera is not allowed in this browser");
            phone.browser().screenshot("phone-denied");
            phone.check();
            phone.choose(unknown).browser().see("#stopped-title", "Unsupported file type");
            phone.check();

            phone.choose(upright).browser().see("#review-warning-text", "The picture is vertical");
            phone.browser().screenshot("phone-review-upright");
            assertThat(phone.check().browser().see("#send").getText()).isEqualTo("Send it anyway");
            phone.send().awaitScreen("done");
            awaitCompleted();
            assertThat(picture().getHeight()).isEqualTo(1920);
        }
    }

    @Test
    void usesCameraAppWithoutHttps(@TempDir Path folder) throws IOException {
        Path picture = Files.write(folder.resolve("picture.jpg"), Jpegs.picture(9));
        URI plain = URI.create("http://phone.test:" + application().port("WEB"));
        try (PhonePage phone = PhonePage.with(BrowserOptions.phone("en"), plain)) {
            pair(phone).browser().see("#instructions-title", "Take a picture");
            assertThat(phone.browser().script("return window.isSecureContext")).isEqualTo(false);
            phone.browser().awaitGone("#instructions-start");
            phone.browser().screenshot("phone-ask-insecure");
            phone.check().choose(picture).awaitScreen("review").send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void resumesCameraAfterInterruption() {
        try (PhonePage phone = phone("en")) {
            pair(phone).browser().click("#instructions-start");
            phone.browser().see("#hint[data-hint=ready]");
            // In one script, because the page opens the camera again after two seconds.
            assertThat(phone.browser().script("""
                    const [track] = document.getElementById('preview').srcObject.getTracks();
                    track.stop();
                    track.dispatchEvent(new Event('ended'));
                    return document.getElementById('hint').dataset.hint;
                    """)).isEqualTo("interrupted");

            phone.take().send().awaitScreen("done");
        }
    }

    @Test
    void switchesCameras() {
        try (PhonePage phone = PhonePage.with(
                BrowserOptions.phone("en").withCameras(2), application().web())) {
            pair(phone).browser().click("#instructions-start");
            String before = camera(phone);
            phone.browser().click("#switch");

            await().atMost(TIMEOUT).until(() -> camera(phone), now -> !now.equals(before) && !now.equals("null"));
            phone.take();
        }
    }

    @Test
    void keepsScreenOn() {
        try (PhonePage phone = phone("en")) {
            // Records the locks that Chromium grants and their release.
            phone.browser().devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                    window.locks = { taken: 0, held: 0 };
                    const request = WakeLock.prototype.request;
                    WakeLock.prototype.request = async function (type) {
                      const lock = await request.call(this, type);
                      window.locks.taken++;
                      window.locks.held++;
                      lock.addEventListener('release', () => window.locks.held--);
                      return lock;
                    };
                    """));
            pair(phone);
            await().atMost(TIMEOUT).until(() -> locks(phone).equals("1 of 1"));
            assertThat(phone.browser().script("return document.getElementById('lock-hint').hidden"))
                    .isEqualTo(true);
            phone.browser().click("#instructions-start");
            phone.browser().see("#take:not([disabled])");

            String page = phone.browser().driver().getWindowHandle();
            phone.browser().openTab();
            phone.browser().switchTo(page);

            await().atMost(TIMEOUT).until(() -> locks(phone).equals("1 of 2"));
            phone.take().send().awaitScreen("done");
            phone.browser().see("#done-leave", "leave this page open");
            assertThat(locks(phone)).as("a locked phone would show no order").isEqualTo("1 of 2");
            pairOtherPhone(issueCode().code());
            phone.browser().see("#done-leave", "You may close this page");
            await().atMost(TIMEOUT).until(() -> locks(phone).equals("0 of 2"));
        }
    }

    private static String locks(PhonePage phone) {
        return String.valueOf(phone.browser().script("return `${locks.held} of ${locks.taken}`"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GOOD")
    void warnsOfPoorLight(FakeCameraImage.Light light) {
        String name = light.name().toLowerCase(Locale.ROOT);
        try (PhonePage phone = phone(BrowserOptions.phone("ko").seeing(light))) {
            Browser browser = pair(phone).browser();
            browser.click("#instructions-start");
            browser.see("#hint[data-hint=" + name + "]");
            assertThat(browser.see("#hint-text").getText()).isNotBlank();
            browser.screenshot("phone-camera-" + name);
            phone.check();
        }
    }

    @Test
    void isReadableInDarkMode() {
        try (PhonePage phone = phone(BrowserOptions.phone("ko").withDarkMode())) {
            phone.open("/capture").awaitScreen("code").check();
            phone.type("AAAA AAA").check();
            pair(phone).awaitScreen("instructions").check();
            phone.browser().screenshot("phone-ask-dark");
            phone.take().check();
            phone.browser().screenshot("phone-review-dark");
            phone.send().awaitScreen("done").check();
            phone.browser().screenshot("phone-done-dark");
        }
    }

    @Test
    void worksWithKeyboardOnly() {
        try (PhonePage phone = phone(BrowserOptions.phone("en"))) {
            Browser browser = phone.open("/capture").awaitScreen("code").browser();
            browser.tabTo("#code-input");
            browser.press(issueCode().code(), Keys.ENTER);
            phone.awaitScreen("instructions");
            browser.tabTo("#instructions-start");
            browser.press(Keys.ENTER);
            browser.see("#take:not([disabled])");
            browser.tabTo("#take");
            browser.press(Keys.ENTER);
            phone.awaitScreen("review");
            browser.tabTo("#send");
            browser.press(Keys.ENTER);
            phone.awaitScreen("done");
        }
    }

    private static String camera(PhonePage phone) {
        phone.browser().see("#take:not([disabled])");
        return String.valueOf(phone.browser()
                .script("return document.getElementById('preview').srcObject?.getTracks()[0].getSettings().deviceId"));
    }
}
