package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.JsonNode;

/** Search, row order, alerts, times and the keyboard on the proctor's page. */
@Tag("slow")
@NeedsChromium
class ProctorBoardIT extends ProctorPageFixture {

    /** While {@code joining}, collects STOMP frames; {@code deliver()} passes them on in one WebSocket message. */
    private static final String JOIN_FRAMES = """
            window.joining = false;
            window.WebSocket = class extends WebSocket {
              set onmessage(listener) {
                let joined = '';
                window.frames_ = () => joined.split('\\0').length - 1;
                window.deliver = () => {
                  listener(new MessageEvent('message', { data: joined }));
                  joined = '';
                };
                this.addEventListener('message', ({ data }) => {
                  joined += data;
                  if (!window.joining) window.deliver();
                });
              }
            };
            """;

    @Test
    void findsExamineesBySearch() {
        for (int i = 0; i < 30; i++) {
            exam.complete("E1" + i, "PHONE-" + (i + 7), SimulatedExam.now());
        }
        exam.enterStep("Kim_7", SimulatedExam.now());
        exam.await(Status.COMPLETED, 30);
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.search("phone-8");
            page.awaitExaminees(List.of("E11")::equals);
            page.awaitText("#shown", "1 of 31");
            page.search("kim");
            page.awaitExaminees(List.of("Kim_7")::equals);
            page.filter("COMPLETED");
            page.awaitText("#empty", "No examinee matches.");
            page.assertNoPageDefects("no match");
            page.browser().click("#show-all");
            page.awaitText("#shown", "Examinees: 31");
            page.filter("WAITING");
            page.awaitExaminees(List.of("Kim_7")::equals);
        }
    }

    @Test
    void holdsRowOrderUnderPointer() {
        exam.enterStepInOrder("E1", "E2", "E3");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            PageClock clock = new PageClock(page.browser());
            clock.stop();
            page.pointAt("E1");
            page.awaitText("#held", "Sorting paused");
            exam.fail("E3", "M3", ErrorCode.CAPTURE_NOT_AN_IMAGE, SimulatedExam.now());
            page.awaitRow("E3", "Failed");
            page.awaitText("#held", "1 changed");
            assertThat(page.examinees()).containsExactly("E1", "E2", "E3");
            clock.start();
            page.browser().click("#release");
            page.awaitExaminees(List.of("E3", "E1", "E2")::equals);

            page.pointAt("E1");
            exam.fail("E2", "M2", ErrorCode.CAPTURE_NOT_AN_IMAGE, SimulatedExam.now());
            page.awaitRow("E2", "Failed");
            page.assertNoPageDefects("held");
            page.pointAway();
            page.awaitExaminees(List.of("E3", "E2", "E1")::equals);
            page.browser().awaitGone("#held");
        }
    }

    @Test
    void announcesNewProblems() {
        exam.enterStepInOrder("E1", "E2");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.browser().script("""
                    window.tones = 0;
                    const start = OscillatorNode.prototype.start;
                    OscillatorNode.prototype.start = function (...when) { window.tones++; return start.apply(this, when); };
                    """);
            page.setting("sound", true);
            awaitTones(page, 2);
            exam.timeOut("E2");
            page.awaitText("#alerts-count", "1");
            awaitTones(page, 4);
            assertThat(page.browser().driver().getTitle()).startsWith("(1) ");
            await().atMost(TIMEOUT)
                    .until(
                            () -> page.browser()
                                    .script("return document.getElementById('urgent-announcement').textContent"),
                            "E2: No picture arrived in time."::equals);
            page.browser().click("#alerts-button");
            page.awaitText("#alerts", "E2");
            page.awaitText("#alerts", "Timed out");
            page.browser().awaitGone("#alerts-count");
            page.assertNoPageDefects("alerts");
            page.filter("WAITING");
            page.awaitExaminees(List.of("E1")::equals);
            page.browser().click("#alerts .line");
            await().atMost(TIMEOUT).until(page::focused, "E2"::equals);

            page.browser().reload();
            page.awaitLive().browser().click("#settings-button");
            assertThat(page.browser().see("#sound").isSelected()).isTrue();
            page.assertNoPageDefects("settings");
        }
    }

    private static void awaitTones(ProctorPage page, long number) {
        await().atMost(TIMEOUT)
                .until(() -> page.browser().script("return window.tones"), (Object n) -> n.equals(number));
    }

    @Test
    void readsSeveralFramesFromOneMessage() {
        exam.enterStepInOrder("E1", "E2", "E3");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.browser().devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", JOIN_FRAMES));
            page.browser().reload();
            page.awaitLive();
            page.browser().script("window.joining = true");
            exam.pair("E1", "M1");
            exam.fail("E2", "M2", ErrorCode.CAPTURE_TOO_LARGE, SimulatedExam.now());
            exam.complete("E3", "M3", SimulatedExam.now());
            for (int i = 4; i < 12; i++) {
                exam.enterStep("E" + i, SimulatedExam.now());
            }
            await().atMost(TIMEOUT).until(() -> page.browser().script("return frames_() >= 11"), Boolean.TRUE::equals);
            page.browser().script("window.joining = false; deliver()");
            page.awaitCount("ALL", 11);
            page.awaitCount("WAITING", 8);
            page.awaitRow("E1", "Phone connected");
            page.awaitRow("E2", "The picture is too large.");
            page.awaitRow("E3", "Done");
        }
    }

    @Test
    void updatesAgesAndTimeLeft() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            int age = page.seconds("E1", "age");
            int left = page.seconds("E1", "left");
            // The deadline starts when the wait is processed, the age when it was sent; time also passes between the
            // two reads.
            JsonNode record = exam.record("E1");
            int total = (int) Duration.between(
                            Instant.parse(record.path("timestamp").asString()),
                            Instant.parse(record.path("deadline").asString()))
                    .toSeconds();
            assertThat(left).isBetween(total - page.seconds("E1", "age") - 2, total - age + 1);
            await().atMost(TIMEOUT).until(() -> page.seconds("E1", "age") >= age + 2);
            assertThat(page.seconds("E1", "left")).isBetween(left - 60, left - 1);

            page.orderFor("E1", "EXTEND");
            page.awaitRow("E1", "Extended by you");
            assertThat(page.seconds("E1", "left")).isGreaterThan(left + 120);
        }
    }

    @Test
    void worksWithKeyboardOnly() {
        for (int i = 0; i < 300; i++) {
            exam.complete("E%03d".formatted(i), "M" + i, SimulatedExam.now());
        }
        exam.await(Status.COMPLETED, 300);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            assertThat(page.browser().see("#grid").getAttribute("aria-rowcount"))
                    .isEqualTo("301");
            page.browser().script("document.getElementById('select-all').focus()");
            page.press(Keys.TAB);
            assertThat(page.focused()).isEqualTo("E000");
            page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
            assertThat(page.focused()).isEqualTo("E002");
            page.press(Keys.END);
            await().atMost(TIMEOUT).until(page::focused, "E299"::equals);
            WebElement row = page.browser().driver().switchTo().activeElement();
            assertThat(row.getAttribute("aria-rowindex")).isEqualTo("301");
            assertThat(page.examinees()).isSorted().hasSizeLessThan(60);
            page.press(Keys.SPACE, Keys.ARROW_UP, Keys.SPACE);
            page.awaitText("#bulk-count", "2 selected");
            page.press(Keys.ENTER);
            page.awaitText("#details-title", "E298");
            page.press(Keys.ESCAPE);
            page.browser().awaitGone("#details");
            await().atMost(TIMEOUT).until(page::focused, "E298"::equals);
            page.press(Keys.ARROW_RIGHT);
            assertThat(page.browser().driver().switchTo().activeElement().getAccessibleName())
                    .isEqualTo("Select E298");
            page.press(Keys.HOME);
            await().atMost(TIMEOUT).until(page::focused, "E000"::equals);
        }
    }
}
