package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/** An examinee alone at a desk, with the examinee's page on a laptop and the phone's page on a phone. */
@Tag("slow")
@NeedsChromium
class RemotePictureIT extends ExamineePageFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    /** From before the order until the phone shows it. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);
    /** The default, for the screenshot. */
    private static final Duration USUAL_REVIEW_TIME = Duration.ofSeconds(20);

    /** The browser permits sound a moment after the first touch; {@code window.audio} tells. */
    private static final String KEEP_AUDIO = """
            window.AudioContext = class extends AudioContext {
              constructor(...options) {
                super(...options);
                window.audio = this;
              }
            };
            """;

    private static final Set<String> SHOWN_IN_DOCS =
            Set.of("examinee-preview-en", "examinee-preview-ko", "examinee-review-en", "phone-retake-en");

    @ParameterizedTest
    @CsvSource({
        "ko, 휴대전화를 세워 둘 곳, 휴대전화가 준비되었습니다, 사진이 전송되었습니다, 이 사진 사용, 다시 찍기, 사진을 다시 찍어 주세요",
        "en, Where to put your phone, Your phone is ready, Your picture has arrived, Use this picture, Retake, Take the picture again"
    })
    void takesAndRetakesPictureFromLaptop(
            String language, String place, String ready, String arrived, String use, String retake, String again) {
        try (ExamineePage page = open(language);
                PhonePage phone = pairedPhone(page, language)) {
            Browser laptop = page.browser();
            laptop.see("#placement figcaption", place);
            phone.browser().see(".seat .place");
            assertThat(drawing(phone.browser())).isNotEqualTo("null").isEqualTo(drawing(laptop));
            phone.browser().click("#instructions-start");
            page.awaitPhase("preview");
            assertThat(page.headline()).isEqualTo(ready);
            lookAt(page, "preview", language);

            PageClock laptopClock = new PageClock(laptop);
            PageClock phoneClock = new PageClock(phone.browser());
            laptopClock.stop();
            phoneClock.stopWhenShown("#digits");
            recordSignals(phone);
            laptop.click("#take");
            phone.browser().see("#digits");
            assertThat((Long) phone.browser()
                            .script("return parseInt(getComputedStyle(document.getElementById('digits')).fontSize)"))
                    .as("readable from the seat")
                    .isGreaterThan(90);
            phone.browser().screenshot("remote/digits-" + language);
            laptop.see("#shutter-count");
            laptop.screenshot("remote/counting-" + language);
            countDown(phone.browser(), phoneClock, 3);
            laptopClock.start();
            phoneClock.start();

            page.awaitPhase("review");
            assertThat(page.headline()).isEqualTo(arrived);
            assertThat(phone.browser().script("return window.tones"))
                    .as("one for each second, two for the shutter")
                    .isEqualTo(5L);
            awaitReceivedPicture(laptop);
            assertThat(laptop.see("#use").getText()).isEqualTo(use);
            assertThat(laptop.see("#take-another").getText()).isEqualTo(retake);
            laptopClock.stop();
            laptopClock.advance(reviewTimeLeft(page).minus(USUAL_REVIEW_TIME));
            await().atMost(TIMEOUT).until(() -> reviewTimeLeft(page).compareTo(USUAL_REVIEW_TIME) <= 0);
            lookAt(page, "review", language);
            laptopClock.start();
            phone.awaitScreen("done");
            assertThat(phone.browser().driver().findElement(By.id("review")).isDisplayed())
                    .as("the laptop reviews this picture")
                    .isFalse();

            // The server takes the same bytes for a repeated upload, and the fake camera always shows the same.
            phone.browser().script("""
                    const { drawImage } = CanvasRenderingContext2D.prototype;
                    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
                      drawImage.apply(this, all);
                      this.fillRect(0, 0, 40, 40);
                    };
                    """);
            laptop.click("#take-another");
            page.awaitPhase("replacing");
            assertThat(page.headline()).isEqualTo(again);
            phone.browser().see("#take:not([disabled])");
            laptop.see("#take:not([disabled])");
            lookAt(page, "replacing", language);
            laptop.reload();
            page.awaitPhase("replacing");

            laptop.script("document.getElementById('delay').value = '0'");
            laptop.click("#take:not([disabled])");
            page.awaitPhase("review");
            awaitReceivedPicture(laptop);
            laptop.click("#use");
            page.awaitPhase("completed");
            laptop.reload();
            page.awaitPhase("completed");
            assertThat(laptop.scriptErrors()).isEmpty();
            phone.check();
        }
    }

    @Test
    void usesPictureWithoutAnswer() {
        try (ExamineePage page = open("en")) {
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(1))).isEqualTo(201);
            page.awaitPhase("review").browser().see("#received-left", "This picture will be used automatically in");
            PageClock clock = new PageClock(page.browser());
            Duration rest = Duration.ofMinutes(2);
            clock.advance(RunningApplication.REVIEW_TIME.minus(rest));
            await().atMost(TIMEOUT).until(() -> reviewTimeLeft(page).compareTo(rest) <= 0);
            page.awaitPhase("review");
            clock.advance(rest);
            page.awaitPhase("completed");
        }
    }

    @ParameterizedTest
    @CsvSource({"640, 360, The picture is dark.", "360, 640, The picture is vertical."})
    void warnsOfQualityOnLaptop(int width, int height, String warning) throws IOException {
        ByteArrayOutputStream black = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "jpeg", black);
        try (ExamineePage page = open("en")) {
            assertThat(examinee.pair(page.code()).upload(black.toByteArray())).isEqualTo(201);
            page.awaitPhase("review").browser().see("#received-warning", warning);
            lookAt(page, "warning-" + width, "en");
            page.usePicture();
        }
    }

    @Test
    void keepsEarlierPictureOnRequest() {
        try (ExamineePage page = open("en")) {
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(1))).isEqualTo(201);
            page.awaitPhase("review").browser().click("#take-another");
            page.awaitPhase("replacing").browser().click("#keep");
            page.awaitPhase("completed");
        }
    }

    /** The record knows nothing of the preview. */
    @Test
    void offersShutterAgainAfterReload() {
        try (ExamineePage page = open("en");
                PhonePage phone = pairedPhone(page, "en")) {
            phone.browser().click("#instructions-start");
            page.awaitPhase("preview");
            page.browser().reload();
            page.awaitPhase("preview");
            phone.browser().go("about:blank");
            page.awaitPhase("paired");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ko, 사진이 너무 어둡습니다., 사진이 너무 어둡습니다.",
        "en, 사진이 너무 어둡습니다., The picture is too dark.",
    })
    void phoneShowsRetakeAtOnce(String language, String reason, String shown) {
        try (ExamineePage page = open(language);
                PhonePage phone = pairedPhone(page, language)) {
            phone.take().send().awaitScreen("done");
            phone.browser().see("#done-leave", language.equals("ko") ? "닫지 말아 주세요" : "leave this page open");
            phone.browser().screenshot("remote/done-" + language);
            phone.check();

            recordSignals(phone);
            Stopwatch stopwatch = Stopwatch.start(
                    phone.browser(),
                    "document.getElementById('retake-order-reason').checkVisibility()",
                    "#retake-order-reason");
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"" + reason + "\"}");
            assertThat(stopwatch.awaitEnd()).isLessThan(AT_ONCE);
            assertThat(stopwatch.textAtEnd()).isEqualTo(shown);
            assertThat(phone.browser().script("return [window.tones, window.vibrations]"))
                    .isEqualTo(List.of(4L, 1L));
            screenshot(phone.browser(), "phone-retake-" + language);
            phone.check().browser().click("#retake-order-start");
            phone.browser().see("#note-reason", shown);
            phone.browser().see("#take:not([disabled])");
            phone.browser().screenshot("remote/note-" + language);
            examinee.message("Please <b>stay</b> seated.");
            page.browser().see(".proctor-notice-text", "Please <b>stay</b> seated.");
            phone.browser().see(".proctor-notice-text", "Please <b>stay</b> seated.");
            phone.browser().screenshot("remote/message-" + language);
            phone.check().take().send().awaitScreen("done");
            page.usePicture();
            phone.browser().awaitGone("#note");
            dismissMessageOnPhone(phone, language);
        }
    }

    /** The message stays over a reload until it is dismissed, and this dismisses it on the phone only. */
    private static void dismissMessageOnPhone(PhonePage phone, String language) {
        Browser browser = phone.browser();
        browser.reload();
        phone.awaitScreen("done");
        browser.see("#proctor-notices strong", language.equals("ko") ? "감독관 메시지" : "Message from the proctor");
        phone.check();
        browser.click(".proctor-notice button");
        browser.awaitGone(".proctor-notice");
        assertThat(browser.script("return document.activeElement.localName")).isEqualTo("main");
        browser.reload();
        phone.awaitScreen("done");
        browser.awaitGone(".proctor-notice");
    }

    @Test
    void replacedPhoneSaysThatPageMayBeClosed() {
        try (ExamineePage page = open("en");
                PhonePage phone = pairedPhone(page, "en")) {
            phone.take().send().awaitScreen("done");
            page.usePicture();
            phone.browser().see("#done-leave", "leave this page open");
            examinee.pair(examinee.requestCode());
            phone.browser().see("#done-leave", "You may close this page");
            phone.browser().awaitGone("#another");
            phone.check();
        }
    }

    /** The picture of before the retake does not count, also after a timeout and a reload. */
    @Test
    void phoneAsksForPictureAfterRetakeTimedOut() {
        try (ExamineePage page = open("en");
                PhonePage phone = pairedPhone(page, "en")) {
            phone.take().send().awaitScreen("done");
            page.usePicture();
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"Hands are missing\"}");
            phone.browser().see("#retake-order-reason", "Hands are missing");
            examinee.timeOut();
            page.awaitPhase("timeout");
            phone.browser().see("#retake-order-reason", "Hands are missing");

            phone.browser().reload();
            phone.awaitScreen("retake-order").check();
            phone.browser().see("#retake-order-reason", "Hands are missing");
            phone.browser().screenshot("remote/retake-timeout");
            page.browser().click("#again");
            page.browser().see("body:not([data-phase=timeout])");
            assertThat(phone.screen()).isEqualTo("retake-order");
            phone.browser().click("#retake-order-start");
            phone.take().send().awaitScreen("done");
            page.usePicture();
        }
    }

    /** The time to look begins when the picture is shown. */
    @Test
    void usesNoPictureBeforeItIsShown() {
        try (ExamineePage page = open("en")) {
            page.browser().script("""
                    const { fetch } = window;
                    window.shown = new Promise((resolve) => (window.showPicture = resolve));
                    window.fetch = async (...all) => {
                      const response = await fetch(...all);
                      if (String(all[0]?.url ?? all[0]).includes('/captures/')) await window.shown;
                      return response;
                    };
                    """);
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(1))).isEqualTo(201);
            page.awaitPhase("review");
            PageClock clock = new PageClock(page.browser());
            clock.advance(RunningApplication.REVIEW_TIME.plus(Duration.ofMinutes(1)));
            page.browser().see("#received-wait", "Loading");
            Object place = topOfButtons(page.browser());
            page.awaitPhase("review").browser().script("window.showPicture()");
            awaitReceivedPicture(page.browser());
            assertThat(topOfButtons(page.browser()))
                    .as("a click meets its button")
                    .isEqualTo(place);
            assertThat(reviewTimeLeft(page)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
            page.awaitPhase("completed");
        }
    }

    private static Object topOfButtons(Browser browser) {
        return Objects.requireNonNull(
                browser.script("return document.getElementById('use').getBoundingClientRect().top"));
    }

    private static Duration reviewTimeLeft(ExamineePage page) {
        String text = page.browser().see("#received-left").getText();
        return Duration.ofSeconds(Long.parseLong(text.replaceAll("\\D", "")));
    }

    /** Counts the tones and the vibrations from now on. */
    private static void recordSignals(PhonePage phone) {
        await().atMost(TIMEOUT)
                .until(() -> Boolean.TRUE.equals(phone.browser().script("return window.audio?.state === 'running'")));
        phone.browser().script("""
                window.tones = 0;
                window.vibrations = 0;
                const start = OscillatorNode.prototype.start;
                OscillatorNode.prototype.start = function (...when) { window.tones++; return start.apply(this, when); };
                navigator.vibrate = () => ++window.vibrations > 0;
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10})
    void phoneTakesPictureByTimer(int seconds) {
        try (ExamineePage page = open("en");
                PhonePage phone = pairedPhone(page, "en")) {
            Browser browser = phone.browser();
            browser.click("#instructions-start");
            browser.see("#take:not([disabled])");
            browser.click("[data-delay='" + seconds + "']");
            phone.check();
            browser.screenshot("remote/timer");
            PageClock clock = new PageClock(browser);
            clock.stop();
            // Pressing again cancels.
            browser.click("#take");
            browser.see("#digits");
            browser.click("#take");
            browser.awaitGone("#digits");
            assertThat(phone.screen()).isEqualTo("camera");
            recordSignals(phone);
            browser.click("#take");
            countDown(browser, clock, seconds);
            phone.awaitScreen("review");
            assertThat(browser.script("return window.tones"))
                    .as("one for each second, two for the shutter")
                    .isEqualTo(seconds + 2L);
        }
    }

    /** Lets each second pass once it is shown. A running clock would skip those that a slow machine misses. */
    private static void countDown(Browser browser, PageClock stopped, int seconds) {
        for (int left = seconds; left > 0; left--) {
            browser.see("#digits", Integer.toString(left));
            stopped.advance(Duration.ofSeconds(1));
        }
    }

    /** The permission of an earlier visit does not open the camera. */
    @ParameterizedTest
    @CsvSource({
        "ko, 촬영 내용: 얼굴, 열람자: 이 시험의 감독관, 보관 기간: ",
        "en, What is captured: one picture, Who sees it: the proctors, Kept: "
    })
    void statesWhatIsCapturedBeforeCameraOpens(String language, String what, String notice, String time) {
        try (ExamineePage page = open(language);
                PhonePage phone = pairedPhone(page, language)) {
            Browser browser = phone.browser();
            assertThat(browser.see("#instructions-privacy-notice").getText()).contains(what, notice, time.strip());
            browser.devTools(
                    "Page.addScriptToEvaluateOnNewDocument",
                    Map.of("source", "Permissions.prototype.query = async () => ({ state: 'granted' })"));
            browser.click("#instructions-start");
            browser.see("#take:not([disabled])");
            browser.reload();
            browser.see("#take:not([disabled])");

            SimulatedExaminee next = new SimulatedExaminee(application);
            try (ExamineePage nextPage = next.openPage(BrowserOptions.laptop(language))) {
                browser.go(nextPage.scan());
                phone.confirm();
                browser.see("#instructions-privacy-notice", notice);
                assertThat(browser.script("return document.getElementById('preview').srcObject"))
                        .isNull();
                browser.screenshot("remote/ask-" + language);
                phone.check();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete Navigator.prototype.wakeLock",
                "WakeLock.prototype.request = async () => { throw new DOMException('', 'NotAllowedError'); }"
            })
    void warnsOfLowBatteryAndMissingWakeLock(String withoutWakeLock) {
        try (ExamineePage page = open("en");
                PhonePage phone = PhonePage.with(BrowserOptions.phone("en"), application.web())) {
            phone.browser().devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                            navigator.getBattery = async () => Object.assign(new EventTarget(), { level: 0.12, charging: false });
                            """ + withoutWakeLock));
            phone.browser().go(page.scan());
            phone.confirm().awaitScreen("instructions");
            phone.browser().see("#battery-hint-text", "The battery is at 12%");
            phone.browser().see("#lock-hint", "automatic lock");
            phone.browser().screenshot("remote/hints");
            phone.check();
        }
    }

    private PhonePage pairedPhone(ExamineePage page, String language) {
        PhonePage phone = PhonePage.with(BrowserOptions.phone(language), application.web());
        try {
            phone.browser().devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", KEEP_AUDIO));
            phone.browser().go(page.scan());
            return phone.confirm().awaitScreen("instructions");
        } catch (RuntimeException | Error e) {
            phone.close();
            throw e;
        }
    }

    /** Where to put the phone. */
    private static String drawing(Browser browser) {
        return String.valueOf(
                browser.script("return document.querySelector('.place')?.innerHTML.replaceAll(/\\s+/g, ' ')"));
    }

    private static void awaitReceivedPicture(Browser laptop) {
        await().atMost(TIMEOUT)
                .until(() -> Boolean.TRUE.equals(
                        laptop.script("return document.getElementById('received-picture').naturalWidth > 100")));
    }

    private static void lookAt(ExamineePage page, String phase, String language) {
        assertThat(page.browser().accessibilityFindings()).as(phase).isEmpty();
        screenshot(page.browser(), "examinee-" + phase + "-" + language);
    }

    private static void screenshot(Browser browser, String name) {
        browser.screenshot((SHOWN_IN_DOCS.contains(name) ? "docs/" : "remote/") + name);
    }
}
