package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestIssuer;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Audits every state of the examinee's page. A new phase, or a part that no state shows, fails this test. */
@Tag("slow")
@NeedsChromium
class ExamineeStatesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String EXAMINEE = "E1";
    private static final String PHASES = """
            const [done] = arguments;
            import('/pages/exam/view.js').then(({ PHASES }) => done(Object.keys(PHASES).sort()));
            """;

    private final RunningApplication application = RunningApplication.sharedServices();
    private final StateAudit audit = new StateAudit("examinee");

    @Test
    void hasNoFindingInAnyState() throws IOException {
        auditAccess();
        auditStep();
        auditPreview();
        auditSamePhone();
        auditAppAndRedirect();
        audit.assertComplete();
    }

    private void auditAccess() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            ExamineePage page = new ExamineePage(browser.go(application.web() + "/exam/mobile-sync"));
            page.awaitPhase("noAccess");
            audit.check(browser, "no access");
            browser.go(application.page("/exam/mobile-sync", TestTokens.proctor("kim", "P1")));
            page.awaitPhase("wrongRole");
            audit.check(browser, "wrong role");
            new SimulatedExaminee(application).openPageBriefly(browser).awaitPhase("ended");
            audit.check(browser, "access ended");
        }
    }

    private void auditStep() {
        try (SimulatedExam exam = new SimulatedExam(application);
                Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            application.socketProxy().freeze();
            try {
                browser.go(application.examineePage(exam.plan(), EXAMINEE)).see("#loading");
                audit.check(browser, "loading");
            } finally {
                application.socketProxy().reset();
            }
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            page.code();
            browser.script("document.querySelector('.help').open = true");
            audit.check(browser, "scan");
            exam.message(application, EXAMINEE, "잠시만 기다려 주세요.");
            browser.see(".proctor-notice");
            exam.reportDelay(EXAMINEE);
            browser.see("#state-problem");
            audit.check(browser, "message and delay");
            application.socketProxy().cut();
            try {
                browser.see("#banner-button");
                audit.check(browser, "disconnected");
            } finally {
                application.socketProxy().restore();
            }
            browser.awaitGone("#banner");

            exam.pair(EXAMINEE, "M1");
            page.awaitPhase("paired");
            audit.check(browser, "paired");
            browser.click("#other");
            page.code();
            audit.check(browser, "another phone");
            exam.fail(EXAMINEE, "M1", ErrorCode.CAPTURE_STORE_FAILED, SimulatedExam.now());
            page.awaitPhase("failed");
            audit.check(browser, "failed");
            exam.timeOut(EXAMINEE);
            page.awaitPhase("timeout");
            audit.check(browser, "timeout");
            exam.orderRetake(EXAMINEE, "lee", "사진이 너무 어둡습니다.");
            page.awaitPhase("picture");
            browser.see("#retake-order");
            page.code();
            audit.check(browser, "picture");
            exam.upload(EXAMINEE, "M1", Jpegs.picture(1));
            page.awaitPhase("review");
            browser.see("#received-picture");
            audit.check(browser, "review");
            browser.click("#take-another");
            page.awaitPhase("replacing");
            audit.check(browser, "replacing");
            browser.click("#keep");
            page.awaitPhase("completed");
            audit.check(browser, "completed");
        }
    }

    private void auditPreview() {
        try (ExamineePage page = new SimulatedExaminee(application).openPage(BrowserOptions.laptop("ko"));
                PhonePage phone = PhonePage.with(BrowserOptions.phone("ko"), application.web())) {
            Browser browser = page.browser();
            phone.browser().go(page.scan());
            phone.confirm().browser().click("#instructions-start");
            page.awaitPhase("preview");
            audit.check(browser, "preview");
            new PageClock(browser).stop();
            browser.click("#take");
            browser.see("#shutter-count");
            audit.check(browser, "countdown");
        }
    }

    private void auditSamePhone() {
        try (Browser browser = Browser.open(BrowserOptions.phone("ko"))) {
            browser.presentAsAndroid("ko");
            browser.go(new SimulatedExaminee(application).page());
            new ExamineePage(browser).awaitPhase("scan").code();
            browser.see("#here");
            audit.check(browser, "same phone");
        }
    }

    /** An issuer signs all tokens, also that of the platform's app. The next page answers 204, so that this one stays. */
    private void auditAppAndRedirect() throws IOException {
        Map<String, Object> claims = Map.of("role", "examinee", "plan", "P1", "examinee", EXAMINEE);
        Map<String, Object> device = Map.of("role", "device", "plan", "P1", "examinee", EXAMINEE, "device", "M1");
        HttpServer next = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        next.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        next.start();
        try (TestIssuer issuer = TestIssuer.start();
                RunningApplication own = RunningApplication.embedded(Map.of(
                        "MOBILE_SYNC_JWT_SECRET",
                        "",
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
                        issuer.uri(),
                        "MOBILE_SYNC_PAGES_COMPLETED_URL",
                        "http://localhost:" + next.getAddress().getPort() + "/next"));
                Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            ExamineePage page = new ExamineePage(browser.go(own.page("/exam/mobile-sync", issuer.mint(claims))));
            page.awaitPhase("app");
            audit.check(browser, "app");
            byte[] upload = MultipartBody.upload("M1", Jpegs.picture(1));
            await().atMost(TIMEOUT)
                    .until(
                            () -> new ApiClient(own.web())
                                    .uploadBody(new ExamineeKey("P1", EXAMINEE), issuer.mint(device), upload)
                                    .statusCode(),
                            status -> status == 201);
            page.usePicture();
            browser.see("#go");
            audit.check(browser, "next page");
            assertThat(audit.phases()).containsExactlyElementsOf(phases(browser));
        } finally {
            next.stop(0);
        }
    }

    private static List<String> phases(Browser browser) {
        return browser.asyncScript(PHASES) instanceof List<?> found
                ? found.stream().map(String::valueOf).toList()
                : List.of();
    }
}
