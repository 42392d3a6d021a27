package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.TestServers;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The examinee's page within an exam platform, with short-lived codes. */
@Tag("slow")
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamPlatformIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration CODE_TTL = Duration.ofMinutes(2);

    /** The page renews a code at a tenth of its time before the expiry. */
    private static final Duration RENEWAL = CODE_TTL.multipliedBy(9).dividedBy(10);

    /** Records whether the page was without a code since now. */
    private static final String WATCH_CODE = """
            const pairing = document.getElementById('pairing');
            window.hadNoCode = false;
            new MutationObserver(() => (window.hadNoCode ||= pairing.hidden || pairing.classList.contains('empty')))
              .observe(pairing, { attributes: true });
            """;

    /** Keeps the redirect from happening, and counts those that are due. */
    private static final String HOLD_REDIRECTS = """
            window.redirects = new Set();
            {
              const { setTimeout, clearTimeout } = window;
              window.setTimeout = (task, delay, ...rest) => {
                if (delay !== 3_000) return setTimeout(task, delay, ...rest);
                const timer = setTimeout(() => {}, delay);
                redirects.add(timer);
                return timer;
              };
              window.clearTimeout = (timer) => {
                redirects.delete(timer);
                clearTimeout(timer);
              };
            }
            """;

    private final ExamPlatform platform = new ExamPlatform();
    private RunningApplication application;

    @BeforeAll
    void start() {
        application = RunningApplication.services(
                new ProxiedServers(TestServers.open()),
                Map.of(
                        "MOBILE_SYNC_PAIRING_CODE_TTL",
                        CODE_TTL.toSeconds() + "s",
                        "MOBILE_SYNC_ALLOWED_ORIGINS",
                        platform.address(""),
                        "MOBILE_SYNC_PAGES_TOKEN_URL",
                        platform.address("/token"),
                        "MOBILE_SYNC_PAGES_COMPLETED_URL",
                        platform.address("/next/{planId}/{examineeId}")));
    }

    @AfterAll
    void stop() {
        if (application != null) {
            application.close();
        }
        platform.close();
    }

    @Test
    void redirectsToPlatformWhenCompleted() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(6))).isEqualTo(201);
            page.awaitPhase("review");
            String next = platform.address("/next/" + SimulatedExaminee.PLAN + "/" + examinee.id());
            // In one script, because the page leaves three seconds after the click.
            assertThat(browser.script("""
                    document.getElementById('use').click();
                    const go = document.getElementById('go');
                    return go.checkVisibility() ? go.href : null;
                    """)).isEqualTo(next);
            await().atMost(TIMEOUT).until(() -> next.equals(browser.driver().getCurrentUrl()));

            // Returning to the page redirects again.
            browser.go(examinee.page());
            await().atMost(TIMEOUT).until(() -> next.equals(browser.driver().getCurrentUrl()));
        }
    }

    @Test
    void doesNotRedirectDuringReviewOfNewerPicture() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", HOLD_REDIRECTS));
            browser.go(examinee.page());
            ExamineePage page = new ExamineePage(browser);
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(1))).isEqualTo(201);
            page.awaitPhase("review").browser().click("#take-another");
            page.awaitPhase("replacing").browser().click("#keep");
            page.awaitPhase("completed");
            assertThat(browser.script("return redirects.size")).isEqualTo(1L);
            assertThat(examinee.upload(Jpegs.picture(2))).isEqualTo(201);
            page.awaitPhase("review");
            assertThat(browser.script("return redirects.size")).isEqualTo(0L);
            browser.click("#use");
            page.awaitPhase("completed");
            assertThat(browser.script("return redirects.size")).isEqualTo(1L);
        }
    }

    @Test
    void renewsCodeBeforeExpiry() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            String first = page.code();
            browser.script(WATCH_CODE);
            new PageClock(browser).advance(RENEWAL);
            page.codeOtherThan(first);
            assertThat(browser.script("return window.hadNoCode"))
                    .as("there is always one that can be scanned")
                    .isEqualTo(false);
            assertThat(page.scan()).matches(".*/capture#[A-Z0-9]{28}");
            examinee.pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void renewsCodeWhenVisibleAgain() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            String first = page.code();
            String window = browser.driver().getWindowHandle();
            new PageClock(browser).advanceWhenHidden(CODE_TTL);
            browser.openTab();
            browser.switchTo(window);
            examinee.pair(page.codeOtherThan(first));
            page.awaitPhase("paired");
        }
    }

    @Test
    void renewsExpiredTokenFromPlatform() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(examinee.token());
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            int before = platform.tokenRequests();
            ExamineePage page = examinee.openPageBriefly(browser);
            await().atMost(TIMEOUT).until(() -> platform.tokenRequests() > before);
            String first = page.code();
            new PageClock(browser).advance(RENEWAL);
            examinee.pair(page.codeOtherThan(first));
            page.awaitPhase("paired");
            assertThat(browser.text()).doesNotContain("Your access has expired");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    @Test
    void namesFailureOfTokenUrlAndResumesAfterSignIn() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(null);
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            platform.failWith(503);
            ExamineePage page = examinee.openPageBriefly(browser);
            browser.see("#problems", "is not responding");
            browser.see("#banner-text", "Your sign-in could not be confirmed");
            assertThat(browser.accessibilityFindings()).isEmpty();
            browser.screenshot("platform/token-url-failed");
            platform.failWith(0);
            // Otherwise the next attempt follows within 20 s.
            browser.script("document.getElementById('banner-button').click()");
            page.awaitPhase("ended");
            browser.see("#problems", "did not recognize your sign-in");
            page.lookAt("ended", "platform");
            platform.setToken(examinee.token());
            browser.click("#again");
            page.awaitPhase("scan");
            browser.awaitGone("#problems");
            examinee.pair(page.code());
            page.awaitPhase("paired");
        } finally {
            platform.failWith(0);
        }
    }

    @Test
    void obtainsTokenFromPlatform() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(examinee.token());
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(application.web() + "/exam/mobile-sync");
            new ExamineePage(browser).awaitPhase("scan").code();
        }
    }

    @Test
    void recoversAfterWebServerRestart() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            page.code();
            application.stop(RunningApplication.WEB);
            try {
                new PageClock(browser).advance(CODE_TTL);
                browser.see("#qr-wait");
                examinee.order("{\"order\":\"RETAKE\",\"reason\":\"sent without REST\"}");
                browser.see("#retake-order-reason", "sent without REST");
                assertThat(browser.accessibilityFindings()).isEmpty();
            } finally {
                application.restart(RunningApplication.WEB);
            }
            examinee.pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void notifiesEmbeddingPage() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.page("/around", """
                <title>around</title><p id="events"></p><iframe src="%s" width="1000" height="700"></iframe>
                <script>
                  const step = '%s';
                  addEventListener('message', ({ origin, data }) => {
                    if (origin === step) events.textContent += ` ${data.type} ${data.detail.status ?? data.detail.examineeId}`;
                  });
                </script>
                """.formatted(examinee.page(), application.web()));
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/around"));
            browser.see("#events", "mobile-sync:status WAITING");
            examinee.order("{\"order\":\"ACCEPT\",\"reason\":\"seen\"}");
            browser.see("#events", "mobile-sync:status COMPLETED mobile-sync:finished " + examinee.id());
        }
    }

    /** A frame that is as high as its content ends below the window: the banner must stand at its beginning. */
    @Test
    void showsBannerAtTopOfFrame() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.page("/high", """
                <title>high</title><iframe id="step" src="%s" width="1000" height="2000"></iframe>
                """.formatted(examinee.page()));
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/high"));
            browser.driver().switchTo().frame("step");
            browser.see("#pairing:not(.empty) #code");
            browser.setOffline(true);
            browser.see("#banner");
            assertThat(browser.script(
                            "return Math.round(document.getElementById('banner').getBoundingClientRect().bottom)"))
                    .asInstanceOf(InstanceOfAssertFactories.LONG)
                    .isLessThan(200);
            browser.screenshot("platform/banner-in-frame");
        }
    }

    /** The example of docs/pages.md. */
    @Test
    void platformPageUsesModule() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(examinee.token());
        platform.page(
                "/own", """
                <title>own</title><p id="state"></p><p id="connection"></p>
                <script type="module">
                  import { ExamineeSync } from '%s/pages/mobile-sync.js';
                  const sync = new ExamineeSync({
                    socketUrl: '%s', plan: '%s', examinee: '%s',
                    token: async () => (await (await fetch('/token')).json()).token,
                  });
                  sync.addEventListener('message', ({ detail }) => (state.textContent += ` ${detail.type}`));
                  sync.addEventListener('connection', ({ detail }) => (connection.textContent = detail.status));
                  for (let i = 0; i < 5; i++) {
                    sync.start();
                    sync.start();
                    sync.stop();
                  }
                  sync.start();
                  window.sync = sync;
                </script>
                """.formatted(application.web(), application.socket(), SimulatedExaminee.PLAN, examinee.id()));
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/own"));
            browser.see("#connection", "connected");
            browser.see("#state", "mobile_sync_waiting");
            examinee.order("{\"order\":\"ACCEPT\",\"reason\":\"seen\"}");
            browser.see("#state", "mobile_sync_completed");
            assertThat(browser.see("#state").getText()).isEqualTo("mobile_sync_waiting mobile_sync_completed");

            browser.script("sync.stop()");
            assertThat(browser.script("return sync.connected")).isEqualTo(false);
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }
}
