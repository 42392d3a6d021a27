package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The phone's page against the shared application. */
class PhonePageIT extends PhoneTestCase {

    @Override
    RunningApplication startApplication() {
        return RunningApplication.shared();
    }

    @ParameterizedTest
    @CsvSource({
        "ko, 카메라를 켜 주세요, 이 사진을 보낼까요?, 사진이 도착했습니다",
        "en, Turn on the camera, Send this picture?, Your picture has arrived"
    })
    void completesFromLinkToRecord(String language, String ask, String review, String done) {
        try (PhonePage phone = phone(language)) {
            Browser browser = phone.browser();
            pair(phone);
            assertThat(browser.driver().getCurrentUrl()).isEqualTo(application().web() + "/capture");
            browser.see("#ask-title", ask);
            browser.screenshot("docs/phone-ask-" + language);
            phone.check();

            browser.click("#ask-start");
            browser.see("#take:not([disabled])");
            browser.see("#hint[data-hint=good]");
            browser.screenshot("docs/phone-camera-" + language);
            phone.check().take();
            browser.see("#review h1", review);
            browser.screenshot("docs/phone-review-" + language);
            phone.check().send().awaitScreen("done");
            browser.see("#done h1", done);
            browser.screenshot("docs/phone-done-" + language);
            phone.check();

            awaitCompleted();
            assertThat(api().record(key()).path("deviceId").asString()).startsWith("phone-");
            BufferedImage picture = picture();
            assertThat(Math.max(picture.getWidth(), picture.getHeight())).isBetween(640, 1920);

            browser.reload();
            phone.awaitScreen("done");
            browser.click("#another");
            phone.take().check();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, ' '", "true, '-'"})
    void acceptsTypedCodeInAnyNotation(boolean small, String between) {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture").awaitScreen("code").check();
            phone.browser().screenshot("phone-code");
            String code = issueCode().code();
            String written = code.substring(0, 4) + between + code.substring(4);

            phone.type(small ? written.toLowerCase(Locale.ROOT) : written).awaitScreen("ask");
        }
    }

    @Test
    void acceptsPastedLink() {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture").awaitScreen("code");
            phone.browser().see("#code-input").click();
            phone.browser()
                    .devTools(
                            "Input.insertText",
                            Map.of("text", application().web() + issueCode().path()));
            phone.browser().click("#code-form button");

            phone.awaitScreen("ask");
        }
    }

    @Test
    void reopensLinkOnSamePhone() {
        try (PhonePage phone = phone("en")) {
            IssuedCode issued = issueCode();
            phone.open(issued.path()).confirm().awaitScreen("ask");
            phone.browser().go("about:blank");

            phone.open(issued.path()).awaitScreen("ask");
            phone.browser().go("about:blank");
            phone.open("/capture").awaitScreen("ask");
        }
    }

    @ParameterizedTest
    @CsvSource({"ko, 이 휴대전화를 연결하시겠습니까?, 이미 P001 · E", "en, Connect this phone?, already connected for P001 · E"})
    void connectsByLinkOnlyAfterConfirmation(String language, String question, String warning) {
        try (PhonePage phone = phone(language)) {
            Browser browser = phone.browser();
            IssuedCode first = issueCode();
            browser.go(application().web() + first.path());
            browser.see("#confirm h1", question);
            assertThat(browser.driver().findElement(By.id("confirm-replace")).isDisplayed())
                    .isFalse();
            phone.check();
            assertThat(api().record(key()).path("status").asString(""))
                    .as("not yet paired")
                    .isEmpty();
            browser.click("#confirm-no");
            phone.awaitScreen("code").type(first.code()).awaitScreen("ask");

            String before = examinee();
            newExaminee();
            phone.open(issueCode().path());
            browser.see("#confirm-replace-text", warning);
            phone.check();
            browser.screenshot("phone-confirm-" + language);
            browser.click("#confirm-no");
            phone.awaitScreen("ask");
            browser.see("#whose", PLAN + " · " + before);
            assertThat(api().record(key()).path("status").asString(""))
                    .as("not paired")
                    .isEmpty();

            phone.open(issueCode().path()).confirm().awaitScreen("ask");
            browser.see("#whose", PLAN + " · " + examinee());
        }
    }

    @Test
    void acceptsTokenInLink() {
        try (PhonePage phone = phone("en")) {
            phone.open("/capture#token=" + TestTokens.device(PLAN, examinee(), "M001"))
                    .take();
            assertThat(phone.browser().driver().getCurrentUrl())
                    .isEqualTo(application().web() + "/capture");

            phone.send().awaitScreen("done");
            awaitCompleted();
            assertThat(api().record(key()).path("deviceId").asString()).isEqualTo("M001");
        }
        try (PhonePage phone = phone("en")) {
            phone.open("/capture#token=" + TestTokens.examinee(PLAN, examinee()))
                    .browser()
                    .see("#stopped-title", "This link does not connect a phone");
            phone.check();
        }
    }

    @Test
    void discardsRejectedPictureOnReload() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            // Creates an invalid Content-Digest.
            phone.browser().script("SubtleCrypto.prototype.digest = async () => new ArrayBuffer(3)");
            phone.send().browser().see("#stopped-title", "The server did not understand this page");
            phone.check().browser().click("#stopped-action");

            phone.awaitScreen("review").browser().see("#retake");
            phone.send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void keepsUnsentPictureOverReload() {
        try (PhonePage phone = phone("ko")) {
            pair(phone).take();
            phone.browser().reload();

            phone.awaitScreen("review").send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void resendsPictureAfterPairingAgain() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            pairOtherPhone(issueCode().code());

            phone.send().browser().see("#stopped-title", "Another phone is connected now");
            phone.browser().see("#stopped-kept");
            phone.browser().screenshot("phone-replaced");
            phone.check().browser().click("#stopped-action");
            phone.browser().see("#code-kept");

            phone.type(issueCode().code()).awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void discardsPictureOfOtherExaminee() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            newExaminee();

            pair(phone).take().send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void usesCameraAppWithoutPermission(@TempDir Path folder) throws IOException {
        Path upright = Files.write(folder.resolve("upright.jpg"), Jpegs.picture(3000, 4000, 3));
        Path unknown = Files.writeString(folder.resolve("picture.heic"), "no browser reads this");
        try (PhonePage phone = PhonePage.with(
                Browser.Options.phone("en").withoutCamera(), application().web())) {
            pair(phone).browser().click("#ask-start");
            phone.browser().see("#stopped-title", "The browser may not use the camera");
            phone.browser().screenshot("phone-denied");
            phone.check();
            phone.choose(unknown).browser().see("#stopped-title", "This picture cannot be opened");
            phone.check();

            phone.choose(upright).browser().see("#review-warning-text", "The picture is upright");
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
        try (PhonePage phone = PhonePage.with(Browser.Options.phone("en"), plain)) {
            pair(phone).browser().see("#ask-title", "Take a picture");
            assertThat(phone.browser().script("return window.isSecureContext")).isEqualTo(false);
            phone.browser().awaitGone("#ask-start");
            phone.browser().screenshot("phone-ask-insecure");
            phone.check().choose(picture).awaitScreen("review").send().awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void resumesCameraAfterInterruption() {
        try (PhonePage phone = phone("en")) {
            pair(phone).browser().click("#ask-start");
            phone.browser().see("#hint[data-hint=good]");
            phone.browser()
                    .script("const [track] = document.getElementById('preview').srcObject.getTracks();"
                            + "track.stop(); track.dispatchEvent(new Event('ended'));");
            phone.browser().see("#hint[data-hint=interrupted]");

            phone.take().send().awaitScreen("done");
        }
    }

    @Test
    void switchesCameras() {
        try (PhonePage phone = PhonePage.with(
                Browser.Options.phone("en").withCameras(2), application().web())) {
            pair(phone).browser().click("#ask-start");
            String before = camera(phone);
            phone.browser().click("#switch");

            await().atMost(TIMEOUT).until(() -> camera(phone), now -> !now.equals(before) && !now.equals("null"));
            phone.take();
        }
    }

    private static String camera(PhonePage phone) {
        phone.browser().see("#take:not([disabled])");
        return String.valueOf(phone.browser()
                .script("return document.getElementById('preview').srcObject?.getTracks()[0].getSettings().deviceId"));
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
            pair(phone).browser().click("#ask-start");
            phone.browser().see("#take:not([disabled])");
            await().atMost(TIMEOUT).until(() -> locks(phone).equals("1 of 1"));

            String page = phone.browser().driver().getWindowHandle();
            phone.browser().openTab();
            phone.browser().switchTo(page);

            await().atMost(TIMEOUT).until(() -> locks(phone).equals("1 of 2"));
            phone.take().send().awaitScreen("done");
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
        try (PhonePage phone = phone(Browser.Options.phone("ko").seeing(light))) {
            Browser browser = pair(phone).browser();
            browser.click("#ask-start");
            browser.see("#hint[data-hint=" + name + "]");
            assertThat(browser.see("#hint-text").getText()).isNotBlank();
            browser.screenshot("phone-camera-" + name);
            phone.check();
        }
    }

    @Test
    void isReadableInDarkMode() {
        try (PhonePage phone = phone(Browser.Options.phone("ko").inTheDark())) {
            phone.open("/capture").awaitScreen("code").check();
            phone.type("AAAA AAA").check();
            pair(phone).awaitScreen("ask").check().take().check();
            phone.browser().screenshot("phone-review-dark");
            phone.send().awaitScreen("done").check();
            phone.browser().screenshot("phone-done-dark");
        }
    }

    @Test
    void worksWithKeyboardOnly() {
        try (PhonePage phone = phone(Browser.Options.phone("en"))) {
            Browser browser = phone.open("/capture").awaitScreen("code").browser();
            browser.tabTo("#code-input");
            browser.press(issueCode().code(), Keys.ENTER);
            phone.awaitScreen("ask");
            browser.tabTo("#ask-start");
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
}
