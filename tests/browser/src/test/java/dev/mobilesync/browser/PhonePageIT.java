package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.TestTokens;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;

/** The phone's page from the link to the stored picture. */
class PhonePageIT extends PhoneTestCase {

    @ParameterizedTest
    @CsvSource({
        "ko, 카메라를 켜 주세요, 이 사진을 보내시겠습니까?, 사진이 전송되었습니다",
        "en, Turn on the camera, Send this picture?, Your picture has arrived"
    })
    void completesFromLinkToRecord(String language, String ask, String review, String done) {
        try (PhonePage phone = phone(language)) {
            Browser browser = phone.browser();
            pair(phone);
            assertThat(browser.driver().getCurrentUrl()).isEqualTo(application().web() + "/capture");
            browser.see("#instructions-title", ask);
            browser.screenshot("docs/phone-ask-" + language);
            phone.checkPlacementIsVisible().check();
            // A browser's bars need some of the height.
            browser.resize(new Dimension(360, 640));
            phone.checkPlacementIsVisible();
            browser.resize(Browser.PHONE);

            browser.click("#instructions-start");
            browser.see("#take:not([disabled])");
            browser.see("#hint[data-hint=ready]");
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

            phone.type(small ? written.toLowerCase(Locale.ROOT) : written).awaitScreen("instructions");
        }
    }

    @Test
    void confirmsLinkThatOpensWhileThePageLoads() {
        try (PhonePage phone = phone("en")) {
            phone.browser().devTools("Page.enable", Map.of());
            phone.browser().devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                                    const { open } = IDBFactory.prototype;
                                    IDBFactory.prototype.open = function (...names) {
                                      location.hash = '%s';
                                      return open.apply(this, names);
                                    };
                                    """.formatted(
                            issueCode().code())));
            phone.open("/capture").confirm().awaitScreen("instructions").check();
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

            phone.awaitScreen("instructions");
        }
    }

    @Test
    void reopensLinkOnSamePhone() {
        try (PhonePage phone = phone("en")) {
            IssuedCode issued = issueCode();
            phone.open(issued.path()).confirm().awaitScreen("instructions");
            phone.browser().go("about:blank");

            phone.open(issued.path()).awaitScreen("instructions");
            phone.browser().go("about:blank");
            phone.open("/capture").awaitScreen("instructions");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ko, 이 휴대전화를 연결하시겠습니까?, 이미 연결되어 있습니다(P001 · E",
        "en, Connect this phone?, already connected for P001 · E"
    })
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
            phone.awaitScreen("code").type(first.code()).awaitScreen("instructions");

            String before = examinee();
            newExaminee();
            phone.open(issueCode().path());
            browser.see("#confirm-replace-text", warning);
            phone.check();
            browser.screenshot("phone-confirm-" + language);
            browser.click("#confirm-no");
            phone.awaitScreen("instructions");
            browser.see("#paired-examinee", PLAN + " · " + before);
            assertThat(api().record(key()).path("status").asString(""))
                    .as("not paired")
                    .isEmpty();

            phone.open(issueCode().path()).confirm().awaitScreen("instructions");
            browser.see("#paired-examinee", PLAN + " · " + examinee());
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
            phone.send().browser().see("#stopped-title", "The server could not process the request");
            phone.check().browser().click("#stopped-action");

            phone.awaitScreen("review").browser().see("#review-retake");
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
}
