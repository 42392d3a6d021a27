package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;

/** How the pages of an examinee look on small screens, in forced colors and without a network. */
@Tag("slow")
@NeedsChromium
class ExamineeDisplayIT extends ExamineePageFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration STALE_WITHIN = Duration.ofSeconds(5);
    private static final String STALE =
            "document.body.classList.contains('stale') && document.getElementById('banner-text').checkVisibility()";

    /** The hints that are on several lines, touch the edge of the screen, or overlap another control. */
    private static final String HINT_DEFECTS = """
            const [done] = arguments;
            import('/pages/capture/view.js').then(({ setText }) => {
              const hint = document.getElementById('hint');
              const text = document.getElementById('hint-text');
              const range = new Range();
              const defects = [];
              for (const name of ['ready', 'starting', 'turn', 'dark', 'blurred', 'interrupted', 'busy']) {
                hint.dataset.hint = name;
                setText('hint-text', `camera.${name}`);
                range.selectNodeContents(text);
                if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) defects.push(`${name}: several lines`);
                const box = hint.getBoundingClientRect();
                if (box.top < 4) defects.push(`${name}: touches the edge`);
                for (const other of document.querySelectorAll('.languages button, .timer button, .controls button:not([hidden])')) {
                  const { left, right, top, bottom } = other.getBoundingClientRect();
                  if (left < box.right && right > box.left && top < box.bottom && bottom > box.top) defects.push(`${name}: overlaps ${other.textContent}`);
                }
              }
              hint.dataset.hint = 'ready';
              setText('hint-text', 'camera.ready');
              done(defects.join(', '));
            });
            """;

    private static final String COLLECT_SHIFTS = """
            window.shift = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
            }).observe({ type: 'layout-shift', buffered: true });
            """;

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void doesNotMoveWhileLoadingOnPhone(String language) {
        try (Browser browser = Browser.open(BrowserOptions.phone(language))) {
            browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", COLLECT_SHIFTS));
            browser.go(examinee.page());
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            page.code();
            assertThat(shift(browser)).isLessThan(0.1);
            examinee.pair(page.code());
            page.awaitPhase("paired");
            browser.reload();
            page.awaitPhase("paired");
            assertThat(shift(browser)).isLessThan(0.1);
        }
    }

    private static double shift(Browser browser) {
        return Double.parseDouble(String.valueOf(browser.script("return window.shift")));
    }

    @Test
    void showsCurrentStepInForcedColors() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            browser.prefer(Colors.FORCED);
            assertThat(background(browser, "now")).isNotEqualTo(background(browser, "later"));
            browser.screenshot("display/forced-colors");
        }
    }

    private static String background(Browser browser, String mark) {
        return String.valueOf(browser.script(
                "return getComputedStyle(document.querySelector(`[data-mark=${arguments[0]}] .mark`)).backgroundColor",
                mark));
    }

    @ParameterizedTest
    @CsvSource({"ko, 이 휴대전화로 계속", "en, Continue on this phone"})
    void continuesOnIphone(String language, String action) {
        try (Browser browser = Browser.open(BrowserOptions.phone(language))) {
            browser.presentAsIphone(language);
            browser.go(examinee.page());
            assertThat(browser.see("#here-link").getText()).isEqualTo(action);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ko, 이 휴대전화로 계속, 복사했습니다., 복사하지 못했습니다, 이 단계를 시작하신 탭",
        "en, Continue on this phone, Copied., could not be copied, the tab where you started"
    })
    void continuesOnSamePhoneAndCopiesLink(
            String language, String action, String copied, String notCopied, String tabOfStep) {
        try (Browser browser = Browser.open(BrowserOptions.phone(language))) {
            browser.presentAsAndroid(language);
            browser.go(examinee.page());
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            page.code();
            assertThat(browser.see("#here-link").getText()).isEqualTo(action);
            assertThat(browser.see("#here-link").getAttribute("href")).matches(".*/capture#[A-Z0-9]{28}");
            assertThat(browser.accessibilityFindings()).isEmpty();
            browser.screenshot("display/here-" + language);
            browser.script(
                    "navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false");
            browser.click("#copy");
            browser.see("#copied", notCopied);
            // Chromium without a window has no clipboard.
            browser.script("navigator.clipboard.writeText = async (text) => (window.copied = text)");
            // In one script, because the page shows the word for some seconds only.
            assertThat(browser.driver().executeAsyncScript("""
                    const [done] = arguments;
                    const word = document.getElementById('copied');
                    new MutationObserver(() => word.checkVisibility() && word.textContent && done(word.textContent))
                      .observe(word, { childList: true, characterData: true, subtree: true });
                    document.getElementById('copy').click();
                    """)).isEqualTo(copied);
            assertThat(String.valueOf(browser.script("return window.copied"))).matches(".*/capture#[A-Z0-9]{28}");

            String examTab = browser.driver().getWindowHandle();
            Set<String> before = browser.driver().getWindowHandles();
            browser.click("#here-link");
            String tab = await().atMost(TIMEOUT)
                    .until(
                            () -> browser.driver().getWindowHandles().stream()
                                    .filter(handle -> !before.contains(handle))
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            browser.switchTo(tab);
            // The other tab of this browser has another language.
            browser.click(".languages [data-language=" + language + "]");
            browser.click("#confirm-yes");
            browser.click("#instructions-start");
            browser.click("#take:not([disabled])");
            browser.click("#send");
            browser.see("#done .lead", tabOfStep);
            browser.switchTo(examTab);
            page.usePicture();

            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"a test\"}");
            page.awaitPhase("picture");
            assertThat(browser.see("#here-link").getText()).isEqualTo(action);
        }
    }

    @Test
    void offersNoSamePhoneOnLaptop() {
        try (ExamineePage page = open("en")) {
            assertThat(page.browser().script("return document.getElementById('here').hidden"))
                    .isEqualTo(true);
        }
    }

    @ParameterizedTest
    @CsvSource({"ko, 인터넷 연결이 끊겼습니다, 서버 연결 끊김", "en, This computer is offline, Server disconnected"})
    void becomesStaleSoonAfterBrowserIsOffline(String language, String banner, String state) {
        try (ExamineePage page = open(language)) {
            Browser browser = page.browser();
            browser.see("#freshness", language.equals("ko") ? "서버 연결됨" : "Server connected");
            Stopwatch stopwatch = Stopwatch.startAtEvent(browser, "offline", STALE, "#banner-text");
            browser.setOffline(true);
            assertThat(stopwatch.awaitEnd()).isLessThan(STALE_WITHIN);
            assertThat(stopwatch.textAtEnd()).contains(banner);
            browser.see("#banner-text", banner);
            browser.see("#freshness", state);
            assertThat(browser.see("#freshness").getText()).containsPattern("마지막 확인 \\d+초 전|last contact \\d+ s ago");
            browser.screenshot("display/offline-" + language);
            browser.setOffline(false);
            browser.awaitGone("#banner");
            browser.see("#freshness", language.equals("ko") ? "서버 연결됨" : "Server connected");
        }
    }

    @Test
    void namesNoComputerOnPhone() {
        try (Browser browser = Browser.open(BrowserOptions.phone("en"))) {
            browser.presentAsAndroid("en");
            browser.go(examinee.page());
            new ExamineePage(browser).awaitPhase("scan");
            browser.setOffline(true);
            browser.see("#banner-text", "You are offline.");
        }
    }

    @Test
    void keepsCodeForOtherPhoneWhileReconnecting() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(1))).isEqualTo(201);
            page.awaitPhase("review");
            browser.click("#take-another");
            page.awaitPhase("replacing");
            browser.click("#other");
            page.code();
            browser.setOffline(true);
            browser.see("#banner");
            browser.setOffline(false);
            browser.awaitGone("#banner");
            assertThat(browser.see("#other").getAttribute("aria-expanded")).isEqualTo("true");
            page.code();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void keepsHintAndLanguagesInLandscapeCamera(String language) {
        try (ExamineePage page = open(language);
                PhonePage phone = PhonePage.with(
                        BrowserOptions.phone(language).withSize(new Dimension(740, 360)), application.web())) {
            Browser browser = phone.browser();
            browser.go(page.scan());
            phone.confirm().awaitScreen("instructions").checkPlacementIsVisible();
            browser.screenshot("display/landscape-ask-" + language);
            browser.click("#instructions-start");
            browser.see("#hint[data-hint=ready]");
            assertThat(browser.see("#hint-text").getText()).isNotBlank();
            browser.see(".languages [data-language=en]");
            phone.check();
            browser.screenshot("display/landscape-" + language);
            assertThat(browser.driver().executeAsyncScript(HINT_DEFECTS)).isEqualTo("");
            browser.click(".languages [data-language=" + (language.equals("ko") ? "en" : "ko") + "]");
            assertThat(browser.script("return document.documentElement.lang")).isNotEqualTo(language);
            browser.click("#take");
            phone.awaitScreen("review");
        }
    }

    @Test
    void rejectsUnknownOrderWithoutDisconnecting() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(application.web() + "/exam/mobile-sync");
            String result = String.valueOf(browser.driver().executeAsyncScript("""
                            const [done] = arguments;
                            import('/pages/mobile-sync.js').then(({ PlanSync }) => {
                              const sync = new PlanSync({ socketUrl: 'ws://localhost:1/', plan: 'P1', token: () => null });
                              const outcome = (order) => {
                                try {
                                  return sync.order('E1', order);
                                } catch (error) {
                                  return error.name;
                                }
                              };
                              done([
                                { order: 'EXPEL', reason: 'x' }, { order: 'RETAKE' }, { order: 'RETAKE', reason: ' ' },
                                { order: 'EXTEND', reason: 'x' }, { order: 'ACCEPT', reason: 'x', deadline: '2026-01-01T00:00:00Z' },
                                { order: 'EXTEND', reason: 'x', deadline: '2026-12-01T10:00' },
                                { order: 'EXTEND', reason: 'x', deadline: '2026-12-01T10:00:00Z' },
                                { order: 'RETAKE', reason: 'x' },
                              ].map(outcome).join());
                            });
                            """));
            assertThat(result).isEqualTo("TypeError,TypeError,TypeError,TypeError,TypeError,TypeError,false,false");
        }
    }

    @Test
    void connectsOnlyBetweenStartAndStop() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(application.web() + "/exam/mobile-sync");
            String requests = String.valueOf(browser.driver().executeAsyncScript("""
                            const [done] = arguments;
                            import('/pages/mobile-sync.js').then(({ PlanSync }) => {
                              const requests = [];
                              let phase = 'before';
                              const sync = new PlanSync({
                                socketUrl: 'ws://localhost:1/', plan: 'P1', token: () => (requests.push(phase), null),
                              });
                              sync.reconnectNow({ force: true });
                              phase = 'started';
                              sync.start();
                              phase = 'stopped';
                              sync.stop();
                              sync.reconnectNow({ force: true });
                              done(requests.join());
                            });
                            """));
            assertThat(requests).isEqualTo("started");
        }
    }
}
