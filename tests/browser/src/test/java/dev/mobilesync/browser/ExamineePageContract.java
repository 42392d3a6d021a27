package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;

/** The examinee's page, whatever servers it runs against. */
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ExamineePageContract {

    static final String PLAN = "P100";

    private static final AtomicInteger EXAMINEES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<String> SHOWN_IN_DOCS =
            Set.of("scan-ko", "scan-en", "scan-en-dark", "paired-ko", "paired-en", "picture-ko", "timeout-en");

    /** Collects what the page tells on its document, from its first moment on. */
    private static final String LISTENER = """
            window.told = [];
            for (const type of ['mobile-sync:status', 'mobile-sync:completed']) {
              document.addEventListener(type, ({ detail }) => window.told.push({ type, ...detail }));
            }
            """;

    Program program;

    abstract Program program();

    /** Whether the page stays when the step is over; it goes to the platform otherwise. */
    abstract boolean stays();

    @BeforeAll
    void start() {
        program = program();
    }

    @AfterAll
    void stop() {
        if (program != null) {
            program.close();
        }
    }

    static String anybody() {
        return "E" + EXAMINEES.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36);
    }

    Browser openPage(String examinee, Browser.Options options) {
        return Browser.open(options).go(program.examineePage(PLAN, examinee));
    }

    PhoneApp phone() {
        return new PhoneApp(program.web(), "M100");
    }

    /** A proctor's order, which counts when this returns. */
    void order(String examinee, String json) {
        try (StompTestClient proctor = StompTestClient.connect(program.socket(), TestTokens.proctor("kim", PLAN))) {
            proctor.awaitReceipt(
                    proctor.send("/app/plans/" + PLAN + "/examinees/" + examinee + "/mobile-sync/order", json));
        }
    }

    @Test
    void theCodeCanBeScannedAndTyped() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            String code = page.code();

            assertThat(page.scan()).isEqualTo(program.web() + "/capture#" + code);
            assertThat(browser.see("#address").getText()).isEqualTo(program.web() + "/capture");
            assertThat(browser.see("#code").getText()).matches("\\w{4} \\w{4}");
            assertThat(browser.driver().findElement(By.id("code-spoken")).getAttribute("textContent"))
                    .isEqualTo("Code: " + spelled(code.substring(0, 4)) + ", " + spelled(code.substring(4)));

            phone().pair(page.code());
            page.awaitPhase("paired");
        }
    }

    private static String spelled(String group) {
        return String.join(" ", group.split(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void everyStateIsThereAgainAfterAReload(String language) {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop(language))) {
            ExamineePage page = new ExamineePage(browser);
            PhoneApp phone = phone();
            holds(browser, page, "scan", "nlll", language);
            assertThat(page.secondsLeft()).isBetween(120, 300);

            phone.pair(page.code());
            holds(browser, page, "paired", "ddnl", language);
            assertThat(page.secondsLeft()).isBetween(60, 300);

            assertThat(phone.upload(Jpegs.png(1))).isEqualTo(415);
            holds(browser, page, "failed", "ddpl", language);
            assertThat(page.headline())
                    .isEqualTo(language.equals("ko") ? "이 사진은 쓸 수 없습니다" : "This picture cannot be used");

            assertThat(phone.upload(Jpegs.picture(1))).isEqualTo(201);
            if (stays()) {
                holds(browser, page, "completed", "dddd", language);
            } else {
                page.awaitPhase("completed");
            }
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    /** The page is in that state, is so again after a reload, and is looked at. */
    private void holds(Browser browser, ExamineePage page, String phase, String steps, String language) {
        page.awaitPhase(phase);
        assertThat(page.steps()).isEqualTo(steps);
        browser.reload();
        page.awaitPhase(phase);
        assertThat(page.steps()).isEqualTo(steps);
        look(browser, page, phase, language);
    }

    /** The page is the same whatever stands behind it: one of those who run this looks at it. */
    private void look(Browser browser, ExamineePage page, String phase, String language) {
        if (stays()) {
            lookAt(browser, page, phase, language);
        }
    }

    void lookAt(Browser browser, ExamineePage page, String phase, String language) {
        if (phase.equals("scan")) {
            page.code();
        }
        assertThat(browser.accessibilityFindings()).as(phase).isEmpty();
        for (boolean dark : new boolean[] {true, false}) {
            browser.devTools(
                    "Emulation.setEmulatedMedia",
                    Map.of(
                            "features",
                            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
            String name = phase + "-" + language + (dark ? "-dark" : "");
            browser.resize(Browser.PHONE);
            assertThat(browser.script("return document.documentElement.scrollWidth"))
                    .as("nothing is cut off")
                    .isEqualTo(360L);
            if (dark) {
                assertThat(browser.accessibilityFindings())
                        .as(phase + " in the dark")
                        .isEmpty();
            }
            browser.screenshot("examinee/" + name + "-360");
            browser.resize(Browser.LAPTOP);
            browser.screenshot((SHOWN_IN_DOCS.contains(name) ? "docs/examinee-" : "examinee/") + name);
        }
    }

    @Test
    void aRetakesReasonIsShownUntilThePictureIsThere() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("ko"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            PhoneApp phone = phone().pair(page.code());
            page.awaitPhase("paired");

            order(examinee, "{\"order\":\"RETAKE\",\"reason\":\"It is too dark.\"}");
            page.awaitPhase("picture");
            browser.see("#retake-reason", "너무 어둡습니다.");
            order(examinee, "{\"order\":\"RETAKE\",\"reason\":\"얼굴이 어두워요\"}");
            browser.see("#retake-reason", "얼굴이 어두워요");
            browser.reload();
            browser.see("#retake-reason", "얼굴이 어두워요");
            look(browser, page, "picture", "ko");

            phone.pair(page.code());
            page.awaitPhase("paired");
            browser.reload();
            browser.see("#retake-reason", "얼굴이 어두워요");

            assertThat(phone.upload(Jpegs.picture(2))).isEqualTo(201);
            page.awaitPhase("completed");
            browser.awaitGone("#retake");
        }
    }

    @Test
    void afterATimeOutOneGoesOnByOneButton() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            order(
                    examinee,
                    "{\"order\":\"EXTEND\",\"reason\":\"a test\",\"deadline\":\"%s\"}"
                            .formatted(Instant.now().plusSeconds(3)));
            page.awaitPhase("timeout");
            browser.reload();
            page.awaitPhase("timeout");
            assertThat(browser.driver().findElement(By.id("pairing")).isDisplayed())
                    .isFalse();
            look(browser, page, "timeout", "en");

            browser.click("#again");
            page.awaitPhase("scan");
            assertThat(page.secondsLeft()).isBetween(120, 300);
            phone().pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void twoWindowsShowTheSame() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            page.code();
            String first = browser.driver().getWindowHandle();
            String second =
                    browser.driver().switchTo().newWindow(WindowType.WINDOW).getWindowHandle();
            browser.go(program.examineePage(PLAN, examinee));
            page.awaitPhase("scan");
            String code = page.code();
            browser.driver().switchTo().window(first);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(page.code()).isEqualTo(code));

            phone().pair(code);
            page.awaitPhase("paired");
            browser.driver().switchTo().window(second);
            page.awaitPhase("paired");
        }
    }

    @Test
    void whatWasCompletedWhileThePageWasAwayIsCompletedWhenItIsBack() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            String code = page.code();
            browser.go("about:blank");
            assertThat(phone().pair(code).upload(Jpegs.picture(3))).isEqualTo(201);
            browser.driver().navigate().back();
            page.awaitPhase("completed");
        }
    }

    @Test
    void thePlatformIsToldOnTheDocument() {
        String examinee = anybody();
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", LISTENER));
            browser.go(program.examineePage(PLAN, examinee));
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            PhoneApp phone = phone().pair(page.code());
            page.awaitPhase("paired");
            assertThat(phone.upload(Jpegs.picture(4))).isEqualTo(201);
            page.awaitPhase("completed");

            Object told = browser.script(
                    "return window.told.map(event => [event.type, event.status ?? '', event.planId, event.examineeId,"
                            + " event.deviceId ?? '', typeof event.timestamp].join(' '))");
            String whose = " " + PLAN + " " + examinee + " ";
            assertThat(told)
                    .isEqualTo(List.of(
                            "mobile-sync:status WAITING" + whose + " string",
                            "mobile-sync:status PAIRED" + whose + "M100 string",
                            "mobile-sync:status COMPLETED" + whose + "M100 string",
                            "mobile-sync:completed " + whose + "M100 string"));
        }
    }
}
