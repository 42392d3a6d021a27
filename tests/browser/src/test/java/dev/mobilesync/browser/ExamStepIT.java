package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ServerContract;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Opens the three pages and runs the whole sync step, with examinee, phone and proctor in separate browsers. */
@NeedsChromium
@ServerContract
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamStepIT {

    private static final String REASON = "사진이 너무 어둡습니다.";

    private static final String COUNT_CODE_REQUESTS = """
            window.codeRequests = 0;
            const { fetch } = window;
            window.fetch = (...request) => {
              if (new URL(request[0], location.href).pathname.endsWith('/pairings')) window.codeRequests++;
              return fetch(...request);
            };
            """;

    private RunningApplication application;

    @BeforeAll
    void start() {
        application = RunningApplication.shared();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/capture", "/exam/mobile-sync", "/proctor"})
    void opensPageWithoutToken(String path) {
        try (Browser browser = Browser.open(BrowserOptions.phone("ko"))) {
            browser.go(application.web() + path);
            // The modules have set the texts.
            browser.see("html[lang=ko]");

            assertThat(browser.driver().getTitle()).isNotBlank();
            assertThat(browser.scriptErrors()).isEmpty();
            assertThat(browser.accessibilityFindings()).isEmpty();
        }
    }

    @Test
    void servesModuleForOtherPages() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(application.web() + "/proctor");

            Object exported = ((JavascriptExecutor) browser.driver())
                    .executeAsyncScript(
                            "const done = arguments[0]; import('/pages/mobile-sync.js').then(m => done(Object.keys(m).sort()))");
            assertThat(exported).isEqualTo(List.of("DeviceSync", "ExamineeSync", "PlanSync", "backOff"));
        }
    }

    @Test
    void completesStepAfterRetake() {
        String plan = "P-" + UUID.randomUUID().toString().substring(0, 8);
        String examinee = "E001";
        try (Browser proctor = Browser.open(BrowserOptions.laptop("ko"));
                Browser laptop = Browser.open(BrowserOptions.laptop("ko"));
                PhonePage phone = PhonePage.with(BrowserOptions.phone("ko"), application.web())) {
            proctor.go(application.proctorPage("kim", plan));

            // The proctor sees that the examinee enters the step.
            laptop.go(application.examineePage(plan, examinee));
            ExamineePage page = new ExamineePage(laptop).awaitPhase("scan");
            page.code();
            awaitOnBoard(proctor, examinee, "WAITING");
            laptop.screenshot("story/1-examinee");

            // The phone scans the code on the examinee's screen.
            phone.browser().go(page.scan());
            phone.confirm();
            page.awaitPhase("paired");
            awaitOnBoard(proctor, examinee, "PAIRED");
            laptop.screenshot("story/2-examinee");

            takeAndSend(phone);
            page.usePicture();
            awaitOnBoard(proctor, examinee, "COMPLETED");
            proctor.screenshot("story/3-proctor");

            // The proctor views the picture and orders a retake.
            proctor.click(row(examinee, "COMPLETED") + " .c-open button");
            awaitPicture(proctor);
            proctor.screenshot("story/4-proctor");
            proctor.click("#details [data-order=RETAKE]");
            proctor.script("document.querySelector('#order-reasons input[value=\"" + REASON + "\"]').click()");
            proctor.click("#order-confirm");

            page.awaitPhase("picture");
            laptop.see("#retake-order-reason", REASON);
            laptop.screenshot("story/5-examinee");

            // The phone shows it, too.
            phone.browser().see("#retake-order-reason", REASON);
            phone.browser().screenshot("story/5-phone");
            phone.browser().click("#retake-order-start");
            takeAndSend(phone);
            page.usePicture();
            proctor.see("#details[data-status=COMPLETED]");
            proctor.click("#details-close");
            awaitOnBoard(proctor, examinee, "COMPLETED");
            laptop.screenshot("story/6-examinee");

            for (Browser browser : List.of(proctor, laptop, phone.browser())) {
                assertThat(browser.scriptErrors()).isEmpty();
                assertThat(browser.accessibilityFindings()).isEmpty();
            }
        }
    }

    /** The picture is another person's, so the proctor starts over: the phone and the code are no longer valid. */
    @Test
    void startsOverAfterReset() {
        String plan = "P-" + UUID.randomUUID().toString().substring(0, 8);
        String examinee = "E001";
        try (Browser proctor = Browser.open(BrowserOptions.laptop("ko"));
                Browser laptop = Browser.open(BrowserOptions.laptop("en"));
                PhonePage phone = PhonePage.with(BrowserOptions.phone("ko"), application.web())) {
            proctor.go(application.proctorPage("kim", plan));
            laptop.go(application.examineePage(plan, examinee));
            ExamineePage page = new ExamineePage(laptop).awaitPhase("scan");
            phone.browser().go(page.scan());
            phone.confirm();
            takeAndSend(phone);
            page.usePicture();

            laptop.script(COUNT_CODE_REQUESTS);
            reset(proctor, row(examinee, "COMPLETED"));
            page.awaitPhase("scan");
            phone.awaitScreen("stopped").browser().see("#stopped-code", "PAIRING_ENDED");
            phone.check().browser().screenshot("reset/phone");
            proctor.see(row(examinee, "WAITING") + " .c-note", "처음부터 다시 시작(나): 다른 사람의 휴대전화가 연결되었습니다.");

            String code = page.code();
            assertThat(laptop.script("return codeRequests")).isEqualTo(1L);
            reset(proctor, row(examinee, "WAITING"));
            String next = page.codeOtherThan(code);
            assertThat(laptop.script("return codeRequests")).isEqualTo(2L);
            phone.browser().click("#stopped-action");
            phone.type(next);
            page.awaitPhase("paired");
            awaitOnBoard(proctor, examinee, "PAIRED");
            takeAndSend(phone);
            page.usePicture();
            awaitOnBoard(proctor, examinee, "COMPLETED");
            for (Browser browser : List.of(proctor, laptop, phone.browser())) {
                assertThat(browser.scriptErrors()).isEmpty();
            }
        }
    }

    private static void reset(Browser proctor, String row) {
        proctor.click(row + " .c-open button");
        proctor.click("#details [data-order=RESET]");
        proctor.see("#order-hint", "휴대전화 연결이 해제되고");
        proctor.click("#order-reasons label:first-child");
        assertThat(proctor.accessibilityFindings()).isEmpty();
        proctor.screenshot("reset/order");
        proctor.click("#order-confirm");
        proctor.see("#details[data-status=WAITING]");
        proctor.click("#details-close");
    }

    private static void takeAndSend(PhonePage phone) {
        phone.take();
        phone.browser().screenshot("story/phone");
        phone.send().awaitScreen("done");
    }

    private static void awaitOnBoard(Browser proctor, String examinee, String status) {
        proctor.see(row(examinee, status));
    }

    private static String row(String examinee, String status) {
        return ".row[data-id='" + examinee + "'][data-status=" + status + "]";
    }

    private static void awaitPicture(Browser proctor) {
        new WebDriverWait(proctor.driver(), Duration.ofSeconds(30))
                .until(driver -> Boolean.TRUE.equals(
                        proctor.script("return document.getElementById('picture-image').naturalWidth > 100")));
    }
}
