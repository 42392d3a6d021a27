package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Access, language, clock, keyboard and events of the examinee's page. */
@Tag("slow")
@NeedsChromium
class ExamineePageAccessIT extends ExamineePageFixture {

    /** Collects the events of the page's document from its creation on. */
    private static final String LISTENER = """
            window.events = [];
            for (const type of ['mobile-sync:status', 'mobile-sync:finished']) {
              document.addEventListener(type, ({ detail }) => window.events.push({ type, ...detail }));
            }
            """;

    @Test
    void dispatchesDocumentEvents() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", LISTENER));
            browser.go(examinee.page());
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            examinee.pair(page.code());
            page.awaitPhase("paired");
            assertThat(examinee.upload(Jpegs.picture(4))).isEqualTo(201);
            page.usePicture();

            Object events = browser.script(
                    "return window.events.map(event => [event.type, event.status ?? '', event.planId, event.examineeId,"
                            + " event.deviceId ?? '', typeof event.timestamp].join(' '))");
            String ids = " " + SimulatedExaminee.PLAN + " " + examinee.id() + " ";
            assertThat(events)
                    .isEqualTo(List.of(
                            "mobile-sync:status WAITING" + ids + " string",
                            "mobile-sync:status PAIRED" + ids + "M100 string",
                            "mobile-sync:status COMPLETED" + ids + "M100 string",
                            "mobile-sync:finished " + ids + "M100 string"));
        }
    }

    @Test
    void explainsAccessWithoutToken() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            browser.go(application.web() + "/exam/mobile-sync");
            ExamineePage page = new ExamineePage(browser).awaitPhase("noAccess");
            assertThat(page.headline()).isEqualTo("시험 사이트에서 열어 주세요");
            page.lookAt("noAccess", "ko");
        }
    }

    @Test
    void explainsExpiredAccess() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            ExamineePage page = examinee.openPageBriefly(browser).awaitPhase("ended");
            assertThat(page.headline()).isEqualTo("Your access has expired");
            page.lookAt("ended", "en");

            // The page cannot recover without a valid token; it must stay usable.
            browser.click("#again");
            page.awaitPhase("ended");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-3_600_000, 3_600_000})
    void toleratesWrongLocalClock(long off) {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.devTools(
                    "Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                    (() => {
                      const Right = Date;
                      globalThis.Date = class extends Right {
                        constructor(...given) { super(...(given.length ? given : [Right.now() + OFF])); }
                        static now() { return Right.now() + OFF; }
                      };
                    })();
                    """.replace("OFF", "(" + off + ")")));
            browser.go(examinee.page());
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");

            assertThat(page.secondsLeft()).isBetween(200, 300);
            String code = page.code();
            await("the code stays")
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> page.code().equals(code));
            examinee.pair(code);
            page.awaitPhase("paired");
        }
    }

    @Test
    void keepsChosenLanguage() {
        try (ExamineePage page = open("ko")) {
            Browser browser = page.browser();
            assertThat(page.headline()).isEqualTo("휴대전화로 QR 코드를 스캔해 주세요");
            browser.click("[data-language=en]");
            assertThat(page.headline()).isEqualTo("Scan this QR code with your phone");
            assertThat(browser.script("return document.documentElement.lang")).isEqualTo("en");
            browser.reload();
            page.awaitPhase("scan");
            assertThat(page.headline()).isEqualTo("Scan this QR code with your phone");
        }
    }

    @Test
    void rejectsNonExaminees() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(application.page("/exam/mobile-sync", TestTokens.proctor("kim", SimulatedExaminee.PLAN)));
            ExamineePage page = new ExamineePage(browser).awaitPhase("wrongRole");
            assertThat(browser.accessibilityFindings()).isEmpty();

            // A link in the same window only changes the fragment.
            browser.go(examinee.page());
            page.awaitPhase("scan");
            assertThat(browser.script("return location.hash")).isEqualTo("");
        }
    }

    @Test
    void worksWithKeyboardOnly() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            examinee.pair(page.code());
            page.awaitPhase("paired");
            // Skips the two language buttons.
            browser.script("document.querySelector('[data-language=en]').focus()");
            browser.press(Keys.TAB);
            assertThat(browser.driver().switchTo().activeElement().getAttribute("id"))
                    .isEqualTo("other");
            browser.press(Keys.ENTER);
            page.code();
            assertThat(browser.accessibilityFindings()).isEmpty();
        }
    }
}
