package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/** Whose step the examinee's page shows, and how it obtains the token: from the platform, or from the page around it. */
@Tag("slow")
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExamineeIdentityIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ExamPlatform platform = new ExamPlatform();
    private RunningApplication application;

    @BeforeAll
    void start() {
        application = RunningApplication.services(
                new ProxiedServers(TestServers.open()),
                Map.of(
                        "MOBILE_SYNC_ALLOWED_ORIGINS", platform.address(""),
                        "MOBILE_SYNC_PAGES_TOKEN_URL", platform.address("/token"),
                        "MOBILE_SYNC_PAGES_FRAGMENT_TOKENS", "false",
                        "MOBILE_SYNC_PAGES_EXAMINEE_WORD", "응시자",
                        "MOBILE_SYNC_PAGES_PRIVACY_NOTICE_KO", "사진은 30일 뒤에 삭제합니다.",
                        "MOBILE_SYNC_PAGES_PRIVACY_NOTICE_EN", "Pictures are deleted after 30 days.",
                        "MOBILE_SYNC_PAGES_COMPLETED_URL", platform.address("/next/{examineeId}")));
    }

    @AfterAll
    void stop() {
        if (application != null) {
            application.close();
        }
        platform.close();
    }

    @BeforeEach
    void reset() {
        platform.failWith(0);
        platform.requireCookie(false);
        platform.setToken(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void followsSecondSignInInSameTab(String language) {
        SimulatedExaminee first = new SimulatedExaminee(application);
        SimulatedExaminee second = new SimulatedExaminee(application);
        try (Browser browser = Browser.open(BrowserOptions.laptop(language))) {
            platform.setToken(named(first, "김하나"));
            ExamineePage page = open(browser);
            assertThat(browser.see("#who").getText()).isEqualTo("김하나 · " + first.id());
            page.code();

            platform.setToken(second.token());
            browser.reload();
            page.awaitPhase("scan");
            browser.see("#who", second.id());
            second.pair(page.code());
            page.awaitPhase("paired");
            browser.screenshot("identity/second");

            platform.setToken(null);
            browser.reload();
            page.awaitPhase("noAccess");
            browser.see("#problems", "TOKEN_URL_REFUSED");
            assertThat(browser.driver().findElement(By.id("who")).isDisplayed()).isFalse();
            assertThat(browser.script("return sessionStorage.getItem('mobile-sync.token')"))
                    .isNull();
        }
    }

    /** The first person's page is still open when the second one signs in elsewhere. */
    @Test
    void reloadsWhenTokenBelongsToAnotherPerson() {
        SimulatedExaminee first = new SimulatedExaminee(application);
        SimulatedExaminee second = new SimulatedExaminee(application);
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            platform.setToken(first.token());
            ExamineePage page = open(browser);
            platform.setToken(second.token());
            browser.script("import('/pages/access.js').then(({ token }) => token({ renew: true }))");
            browser.see("#who", second.id());
            page.awaitPhase("scan");
        }
    }

    @Test
    void proctorsBoardFollowsSecondSignIn() {
        String plan = "P-" + System.nanoTime();
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            platform.setToken(TestTokens.proctor("kim", plan));
            browser.go(application.web() + "/proctor");
            browser.see("#page:not([hidden]) #who", "kim");
            platform.setToken(
                    TestTokens.mint(Map.of("role", "proctor", "plans", List.of(plan), "sub", "lee", "name", "이두리")));
            browser.reload();
            browser.see("#page:not([hidden]) #who", "이두리 · lee");
            platform.setToken(null);
            browser.reload();
            browser.see("#closed:not([hidden]) #closed-problems", "did not recognize your sign-in");
        }
    }

    @ParameterizedTest
    @CsvSource({"ko, 응답하지 않습니다", "en, is not responding"})
    void boardStatesThatTokenUrlFailedAndRetries(String language, String problem) {
        platform.setToken(TestTokens.proctor("kim", "P-" + System.nanoTime()));
        platform.failWith(503);
        try (Browser browser = Browser.open(BrowserOptions.laptop(language))) {
            browser.go(application.web() + "/proctor");
            browser.see("#closed:not([hidden]) #closed-problems", problem);
            browser.see("#closed-again");
            assertThat(browser.accessibilityFindings()).isEmpty();
            browser.screenshot("identity/board-" + language);
            platform.failWith(0);
            browser.see("#page:not([hidden]) #who", "kim");
        }
    }

    @ParameterizedTest
    @CsvSource({"ko, 로그인을 확인하지 못했습니다, 응답하지 않습니다", "en, Your sign-in could not be confirmed, is not responding"})
    void statesThatTokenUrlFailedAndRetries(String language, String headline, String problem) {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(examinee.token());
        platform.failWith(503);
        try (Browser browser = Browser.open(BrowserOptions.laptop(language))) {
            browser.go(application.web() + "/exam/mobile-sync");
            ExamineePage page = new ExamineePage(browser).awaitPhase("noAccess");
            assertThat(page.headline()).isEqualTo(headline);
            browser.see("#problems", problem);
            page.lookAt("signInFailed", language);
            platform.failWith(0);
            page.awaitPhase("scan");
        }
    }

    /** The platform's cookie is SameSite=Lax: the frame of another site cannot use token-url. */
    @Test
    void takesTokenFromEmbeddingPageOfOtherSite() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(examinee.token());
        platform.requireCookie(true);
        platform.page("/embedding", """
                <title>embedding</title><p id="events"></p><p id="height"></p>
                <iframe id="step" src="%1$s/exam/mobile-sync" width="1000" height="700" allow="clipboard-write"></iframe>
                <script>
                  addEventListener('message', async ({ origin, source, data }) => {
                    if (origin !== '%1$s' || source !== step.contentWindow) return;
                    if (data.type === 'mobile-sync:token-request') {
                      const { token } = await (await fetch('/token')).json();
                      source.postMessage({ type: 'mobile-sync:token', token }, origin);
                    } else if (data.type === 'mobile-sync:height') {
                      height.textContent = data.detail.height;
                    } else {
                      events.textContent += ` ${data.type} ${data.detail.status ?? data.detail.completedUrl}`;
                    }
                  });
                </script>
                """.formatted(application.webAtOtherSite()));
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/sign-in")).go(platform.address("/embedding"));
            browser.see("#events", "mobile-sync:status WAITING");
            await().atMost(TIMEOUT).untilAsserted(() -> assertThat(
                            Integer.parseInt(browser.see("#height").getText()))
                    .isBetween(400, 2000));
            browser.screenshot("identity/embedded");
            browser.driver().switchTo().frame("step");
            String code = browser.see("#pairing:not(.empty) #code").getText().replace(" ", "");
            browser.driver().switchTo().defaultContent();

            // Completion is reported, and the frame stays.
            assertThat(examinee.pair(code).upload(Jpegs.picture(1))).isEqualTo(201);
            browser.driver().switchTo().frame("step");
            new ExamineePage(browser).usePicture();
            assertThat(browser.driver().findElement(By.id("go")).isDisplayed()).isFalse();
            browser.driver().switchTo().defaultContent();
            browser.see("#events", "mobile-sync:finished " + platform.address("/next/" + examinee.id()));
            browser.driver().switchTo().frame("step");
            await().during(Duration.ofSeconds(4)).atMost(TIMEOUT).untilAsserted(() -> assertThat(
                            browser.script("return location.pathname"))
                    .isEqualTo("/exam/mobile-sync"));
        }
    }

    /** The board obtains its token in the same way. */
    @Test
    void boardTakesTokenFromEmbeddingPageOfOtherSite() {
        platform.setToken(TestTokens.proctor("kim", "P-" + System.nanoTime()));
        platform.requireCookie(true);
        platform.page("/board", """
                <title>board</title><iframe id="board" src="%1$s/proctor" width="1200" height="700"></iframe>
                <script>
                  addEventListener('message', async ({ origin, source, data }) => {
                    if (origin !== '%1$s' || data.type !== 'mobile-sync:token-request') return;
                    const { token } = await (await fetch('/token')).json();
                    source.postMessage({ type: 'mobile-sync:token', token }, origin);
                  });
                </script>
                """.formatted(application.webAtOtherSite()));
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/sign-in")).go(platform.address("/board"));
            browser.driver().switchTo().frame("board");
            browser.see("#page:not([hidden]) #who", "kim");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', has not confirmed your sign-in, 로그인 정보를 받지 못했습니다",
        "'source.postMessage({ type: \"mobile-sync:token\", token: null }, origin)', not signed in to the exam site,"
                + " 시험 사이트에 로그인되어 있지 않습니다"
    })
    void statesThatNoTokenCameFromEmbeddingPage(String answer, String problem, String korean) {
        platform.requireCookie(true);
        platform.page("/silent", """
                <title>silent</title><p id="height"></p>
                <iframe id="step" src="%s/exam/mobile-sync" width="1000" height="700"></iframe>
                <script>
                  addEventListener('message', ({ origin, source, data }) => {
                    if (data.type === 'mobile-sync:height') height.textContent = data.detail.height;
                    if (data.type === 'mobile-sync:token-request') { %s }
                  });
                </script>
                """.formatted(application.webAtOtherSite(), answer));
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/sign-in")).go(platform.address("/silent"));
            browser.see("#height:not(:empty)");
            browser.driver().switchTo().frame("step");
            browser.see("#problems", problem);
            browser.see("#problems", "did not recognize your sign-in");
            Object height = browser.script("return Math.ceil(document.body.getBoundingClientRect().height)");
            browser.driver().switchTo().defaultContent();
            // No one is identified.
            browser.see("#height", String.valueOf(height));
            browser.driver().switchTo().frame("step");
            browser.click("[data-language=ko]");
            browser.see("#problems", korean);
            browser.see("#problems", "로그인을 확인하지 못했습니다");
        }
    }

    /** The embedding page is silent, and another frame in it sends a valid token, from an allowed origin. */
    @Test
    void ignoresTokenFromAnotherFrame() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.requireCookie(true);
        platform.page("/sender", """
                <title>sender</title><script>
                  setInterval(() => parent.frames.step.postMessage({ type: 'mobile-sync:token', token: '%s' }, '*'), 100);
                </script>
                """.formatted(examinee.token()));
        platform.page("/other-frame", """
                <title>other frame</title><iframe id="step" name="step" src="%s/exam/mobile-sync" width="1000" height="700"></iframe>
                <iframe src="/sender"></iframe>
                """.formatted(application.webAtOtherSite()));
        assertHasNoToken(platform.address("/other-frame"));
    }

    /** A page of an origin that is not allowed embeds the page, as if a proxy had removed its headers, and sends a valid token. */
    @Test
    void ignoresTokenFromOtherOrigin() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(null);
        try (ExamPlatform other = new ExamPlatform();
                ExamPlatform mirror = new ExamPlatform()) {
            mirror.mirror(application.web());
            other.page("/other-origin", """
                    <title>other origin</title><iframe id="step" src="%s" width="1000" height="700"></iframe>
                    <script>
                      setInterval(() => step.contentWindow.postMessage({ type: 'mobile-sync:token', token: '%s' }, '*'), 100);
                    </script>
                    """.formatted(mirror.address("/exam/mobile-sync"), examinee.token()));
            assertHasNoToken(other.address("/other-origin"));
        }
    }

    private void assertHasNoToken(String address) {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(platform.address("/sign-in")).go(address);
            browser.driver().switchTo().frame("step");
            browser.see("#problems", "has not confirmed your sign-in");
            assertThat(browser.driver().findElement(By.id("who")).isDisplayed()).isFalse();
        }
    }

    @Test
    void usesConfiguredWords() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        platform.setToken(TestTokens.proctor("kim", SimulatedExaminee.PLAN));
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            browser.go(application.web() + "/exam/mobile-sync");
            assertThat(new ExamineePage(browser).awaitPhase("wrongRole").headline())
                    .isEqualTo("응시자용 화면입니다");
            browser.go(application.web() + "/proctor");
            browser.see("#page:not([hidden])");
            assertThat(browser.text()).contains("응시자").doesNotContain("수험자");
        }
        platform.setToken(examinee.token());
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"));
                PhonePage phone = PhonePage.with(BrowserOptions.phone("ko"), application.web())) {
            phone.browser().go(open(browser).scan());
            phone.confirm().browser().see("#instructions-privacy-notice", "사진은 30일 뒤에 삭제합니다.");
            assertThat(phone.browser()
                            .script("return document.querySelector('[data-t=\"confirm.picture\"]').textContent"))
                    .asString()
                    .contains("다른 응시자로");
            phone.browser().click("[data-language=en]");
            phone.browser().see("#instructions-privacy-notice", "Pictures are deleted after 30 days.");
        }
    }

    private ExamineePage open(Browser browser) {
        return new ExamineePage(browser.go(application.web() + "/exam/mobile-sync")).awaitPhase("scan");
    }

    private static String named(SimulatedExaminee examinee, String name) {
        return TestTokens.mint(
                Map.of("role", "examinee", "plan", SimulatedExaminee.PLAN, "examinee", examinee.id(), "name", name));
    }
}
