package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.Status;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The picture wall, the view of a picture, and an examinee's timeline. */
@Tag("slow")
@NeedsChromium
class ProctorPicturesIT extends ProctorPageFixture {

    private static final String COUNT_REQUESTS = """
            window.pictureRequests = [];
            const fetched = window.fetch;
            window.fetch = (...arguments_) => {
              const path = new URL(arguments_[0], location.href).pathname;
              if (path.endsWith('.jpg')) window.pictureRequests.push(path);
              return fetched(...arguments_);
            };
            """;

    @Test
    void showsWallByKeyboard() {
        for (int i = 10; i < 70; i++) {
            String examinee = "E" + i;
            if (i < 22) {
                exam.upload(examinee, "M" + i, FakeCameraImage.jpeg(i));
            } else {
                exam.complete(examinee, "M" + i, SimulatedExam.now());
            }
        }
        exam.enterStep("E99", SimulatedExam.now());
        exam.await(Status.COMPLETED, 60);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            Browser browser = page.browser();
            browser.script(COUNT_REQUESTS);
            browser.click("#wall-button");
            page.awaitText("#wall-count", "Pictures: 60");
            browser.see(".tile[data-id='E10'] img[src^='blob:']");
            browser.see(".tile[data-id='E21'] img[src^='blob:']");
            page.assertNoPageDefects("wall");
            assertThat((Long) browser.script("return document.querySelector('.tile').offsetHeight"))
                    .as("a tile shows the whole picture")
                    .isGreaterThan(150L);
            browser.screenshot("docs/proctor-picture-wall");
            browser.speak("ko");
            page.awaitText("#wall-count", "사진 60장");
            browser.screenshot("docs/proctor-picture-wall-ko");
            browser.speak("en");
            assertThat((Long) browser.script("return new Set(window.pictureRequests).size"))
                    .as("only visible pictures are loaded")
                    .isLessThan(40);

            awaitActiveTile(page, "E10");
            page.press(Keys.ARROW_RIGHT, "+", "r");
            awaitActiveTile(page, "E11");
            assertThat(transform(page, ".tile[data-id='E11'] img")).contains("rotate(90deg)", "scale(");
            assertThat(transform(page, ".tile[data-id='E10'] img")).isEmpty();
            page.press("0");
            assertThat(transform(page, ".tile[data-id='E11'] img")).isEmpty();
            Long width = (Long) browser.script("return document.querySelector('.tile').offsetWidth");
            browser.script("document.getElementById('wall-size').focus()");
            page.press(Keys.END);
            assertThat((Long) browser.script("return document.querySelector('.tile').offsetWidth"))
                    .isGreaterThan(width);
            browser.script("document.querySelector('.tile[tabindex=\"0\"]').focus()");
            page.press(Keys.END);
            awaitActiveTile(page, "E69");
            page.awaitText(".tile[data-id='E69']", "This picture no longer exists.");
            page.assertNoPageDefects("wall, a picture is gone");
            page.press(Keys.HOME, Keys.ENTER);
            page.awaitText("#details-title", "E10");
            browser.see("#picture-image");
            page.press("r");
            assertThat(transform(page, "#picture-image")).contains("rotate(90deg)");
            page.closeDetails();
            awaitActiveTile(page, "E10");
            page.press(Keys.ESCAPE);
            browser.awaitGone("#wall");
        }
    }

    @Test
    void stopsLoadingErasedPicture() {
        exam.complete("E1", "M1", SimulatedExam.now());
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            page.openDetails("E1");
            page.awaitText("#picture-text", "사진을 찾을 수 없습니다.");
            page.browser().awaitGone("#picture-again");
            page.assertNoPageDefects("the picture is gone");
        }
    }

    @Test
    void showsTimeline() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        exam.upload("E1", "M1", FakeCameraImage.jpeg(1));
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.openDetails("E1");
            await().atMost(TIMEOUT)
                    .until(
                            () -> page.texts("#timeline li"),
                            lines -> lines.size() == 2
                                    && lines.get(0).contains("Phone M1")
                                    && lines.get(1).contains("Examinee"));
            assertThat(page.texts("#timeline .time")).hasSize(2).allMatch(time -> time.matches(".*\\d?\\d:\\d\\d.*"));
            assertThat(sign(page, "#facts .pill")).isEqualTo("\"✓\"");
            assertThat(sign(page, "#timeline [data-status=WAITING] .pill")).isEqualTo("\"○\"");
            page.order("#details", "RETAKE");
            page.awaitText("#timeline", "You");
            page.awaitText("#timeline", "Retake: Your face cannot be seen.");
            page.assertNoPageDefects("timeline");
            page.browser().screenshot("proctor-timeline-en");
            page.closeDetails();
            page.chooseLanguage("ko");
            page.openDetails("E1");
            page.awaitText("#timeline", "재촬영 요청: 얼굴이 보이지 않습니다.");
        }
        try (ProctorPage page = open(BrowserOptions.laptop("ko").withDarkMode(), "kim")) {
            page.openDetails("E1");
            page.awaitText("#timeline", "휴대전화 M1");
            page.assertNoPageDefects("timeline in the dark");
            page.browser().screenshot("proctor-timeline-dark-ko");
            page.closeDetails();
            page.browser().click("#wall-button");
            page.browser().see(".tile[data-id='E1'] img[src^='blob:']");
            page.browser().screenshot("proctor-wall-dark-ko");
        }
    }

    @Test
    void showsLatePairingInTimeline() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        Instant pairedAt = SimulatedExam.now();
        exam.timeOut("E1");
        exam.pair("E1", "M1", pairedAt);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.openDetails("E1");
            page.awaitText("#timeline [data-status=PAIRED]", "Phone M1");
            page.awaitText("#timeline [data-status=PAIRED] .pill", "Phone connected");
            assertThat(page.texts("#timeline [data-status=TIMEOUT]"))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("M1"));
            page.assertNoPageDefects("late pairing");
        }
    }

    private static void awaitActiveTile(ProctorPage page, String examinee) {
        await().atMost(TIMEOUT).until(() -> activeTile(page), examinee::equals);
    }

    /** The sign before a status. */
    private static String sign(ProctorPage page, String css) {
        return String.valueOf(page.browser()
                .script("return getComputedStyle(document.querySelector(arguments[0]), '::before').content", css));
    }

    private static String activeTile(ProctorPage page) {
        return String.valueOf(page.browser().script("return document.activeElement?.dataset.id ?? ''"));
    }

    private static String transform(ProctorPage page, String css) {
        return String.valueOf(
                page.browser().script("return document.querySelector(arguments[0]).style.transform", css));
    }
}
