package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/** The states of the examinee's page without an exam platform: tokens in links, no redirect at the end. */
@Tag("slow")
@NeedsChromium
class ExamineePageIT extends ExamineePageFixture {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** Answers the next request for a code as a proxy in front of a stopped server does. */
    private static final String REJECT_CODE_REQUEST_ONCE = """
            const { fetch } = window;
            window.fetch = (...request) => {
              if (!new URL(request[0], location.href).pathname.endsWith('/pairings')) return fetch(...request);
              window.fetch = fetch;
              return Promise.resolve(new Response(null, { status: 503, headers: { 'Retry-After': new Date().toUTCString() } }));
            };
            """;

    @Test
    void offersCodeToScanAndType() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            String code = page.code();

            assertThat(page.scan()).startsWith(application.web() + "/capture#").matches(".*#[A-Z0-9]{28}");
            assertThat(browser.see("#address").getText()).isEqualTo(application.web() + "/capture");
            assertThat(browser.see("#code").getText()).matches("\\w{4} \\w{4}");
            assertThat(browser.driver().findElement(By.id("code-spoken")).getAttribute("textContent"))
                    .isEqualTo("Code: " + spelled(code.substring(0, 4)) + ", " + spelled(code.substring(4)));

            examinee.pair(page.code());
            page.awaitPhase("paired");
        }
    }

    private static String spelled(String group) {
        return String.join(" ", group.split(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void restoresEveryStateAfterReload(String language) {
        try (ExamineePage page = open(language)) {
            Browser browser = page.browser();
            assertSurvivesReload(browser, page, "scan", "nlll", language);
            assertThat(page.secondsLeft()).isBetween(120, 300);

            examinee.pair(page.code());
            assertSurvivesReload(browser, page, "paired", "ddnl", language);
            assertThat(page.secondsLeft()).isBetween(60, 300);

            assertThat(examinee.upload(Jpegs.png(1))).isEqualTo(415);
            assertSurvivesReload(browser, page, "failed", "ddpl", language);
            assertThat(page.headline())
                    .isEqualTo(language.equals("ko") ? "지원하지 않는 형식입니다(JPEG만 가능)" : "Unsupported file type (JPEG only)");

            assertThat(examinee.upload(Jpegs.picture(1))).isEqualTo(201);
            assertSurvivesReload(browser, page, "review", "dddn", language);
            page.usePicture();
            assertSurvivesReload(browser, page, "completed", "dddd", language);
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    /** Checks that the page shows this state before and after a reload; takes screenshots. */
    private void assertSurvivesReload(
            Browser browser, ExamineePage page, String phase, String progress, String language) {
        page.awaitPhase(phase);
        assertThat(page.progress()).isEqualTo(progress);
        browser.reload();
        page.awaitPhase(phase);
        assertThat(page.progress()).isEqualTo(progress);
        page.lookAt(phase, language);
    }

    @Test
    void showsRetakeReasonUntilNextPicture() {
        try (ExamineePage page = open("ko")) {
            Browser browser = page.browser();
            examinee.pair(page.code());
            page.awaitPhase("paired");

            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"The picture is too dark.\"}");
            page.awaitPhase("picture");
            browser.see("#retake-order-reason", "사진이 너무 어둡습니다.");
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"얼굴이 어두워요\"}");
            browser.see("#retake-order-reason", "얼굴이 어두워요");
            browser.reload();
            browser.see("#retake-order-reason", "얼굴이 어두워요");
            page.lookAt("picture", "ko");

            examinee.pair(page.code());
            page.awaitPhase("paired");
            browser.reload();
            browser.see("#retake-order-reason", "얼굴이 어두워요");

            assertThat(examinee.upload(Jpegs.picture(2))).isEqualTo(201);
            page.usePicture();
            browser.awaitGone("#retake-order");
        }
    }

    @Test
    void resumesAfterTimeoutByOneButton() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            examinee.timeOut();
            page.awaitPhase("timeout");
            browser.reload();
            page.awaitPhase("timeout");
            assertThat(browser.driver().findElement(By.id("pairing")).isDisplayed())
                    .isFalse();
            page.lookAt("timeout", "en");

            browser.click("#again");
            page.awaitPhase("scan");
            assertThat(page.secondsLeft()).isBetween(120, 300);
            examinee.pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void requestsCodeAgainAfterDateOfProxy() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            examinee.pair(page.code());
            page.awaitPhase("paired");
            browser.script(REJECT_CODE_REQUEST_ONCE);

            browser.click("#other");
            page.code();
        }
    }

    @Test
    void twoWindowsShowSameState() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            page.code();
            String first = browser.driver().getWindowHandle();
            browser.openWindow();
            String second = browser.driver().getWindowHandle();
            browser.go(examinee.page());
            page.awaitPhase("scan");
            String code = page.code();
            browser.switchTo(first);
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(page.code()).isEqualTo(code));

            examinee.pair(code);
            page.awaitPhase("paired");
            browser.switchTo(second);
            page.awaitPhase("paired");
        }
    }

    @Test
    void showsCompletionMissedWhileDisconnected() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            String code = page.code();
            browser.go("about:blank");
            assertThat(examinee.pair(code).upload(Jpegs.picture(3))).isEqualTo(201);
            browser.driver().navigate().back();
            page.usePicture();
        }
    }

    @Test
    void completesWhenProctorAccepts() {
        try (ExamineePage page = open("en")) {
            Browser browser = page.browser();
            examinee.order("{\"order\":\"ACCEPT\",\"reason\":\"phone broken, seen by eye\"}");
            page.awaitPhase("completed");
            assertThat(page.headline()).isEqualTo("Verified by your proctor");
            assertThat(page.progress()).isEqualTo("sssd");

            // A proctor may still accept the examinee.
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"the phone works now\"}");
            page.awaitPhase("scan");
            browser.see("#retake-order-reason", "the phone works now");
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(5))).isEqualTo(201);
            page.usePicture();
            assertThat(page.headline()).isEqualTo("Phone step complete");
            assertThat(page.progress()).isEqualTo("dddd");
        }
    }
}
