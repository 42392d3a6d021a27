package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WindowType;

/** With an exam platform around it, short-lived codes, and services that are stopped under the page. */
@NeedsRealServers
class RealExamineePageIT extends ExamineePageContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CODE_LIFE = Duration.ofSeconds(15);

    /** Longer than server and browser wait for a beat of the other. */
    private static final Duration SLEEP = Duration.ofSeconds(40);

    private final ProxiedServers servers = new ProxiedServers(RealServers.open());
    private final ExamPlatform platform = new ExamPlatform();

    @Override
    Program program() {
        return Program.services(
                servers,
                Map.of(
                        "MOBILE_SYNC_PAIRING_LIFE", CODE_LIFE.toSeconds() + "s",
                        "MOBILE_SYNC_ALLOWED_ORIGINS", platform.address(""),
                        "MOBILE_SYNC_PAGES_TOKEN_URL", platform.address("/token"),
                        "MOBILE_SYNC_PAGES_COMPLETED_URL", platform.address("/next/{planId}/{examineeId}")));
    }

    @AfterAll
    void stopPlatform() {
        platform.close();
    }

    @Override
    boolean stays() {
        return false;
    }

    @Test
    void whenItIsDoneThePageGoesOnToThePlatform() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            assertThat(phone().pair(page.code()).upload(Jpegs.picture(6))).isEqualTo(201);
            page.awaitPhase("completed");
            String next = platform.address("/next/" + PLAN + "/" + examinee);
            assertThat(browser.see("#go").getAttribute("href")).isEqualTo(next);
            await().atMost(PATIENCE).until(() -> next.equals(browser.driver().getCurrentUrl()));

            // Whoever comes back is sent on again.
            browser.go(program.examineePage(PLAN, examinee));
            await().atMost(PATIENCE).until(() -> next.equals(browser.driver().getCurrentUrl()));
        }
    }

    @Test
    void theCodeIsRenewedBeforeItExpires() {
        try (Browser browser = openPage(anybody(), Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            String first = page.code();
            await("there is always one that can be scanned")
                    .atMost(CODE_LIFE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> {
                        assertThat(browser.see("#qr").isDisplayed()).isTrue();
                        return !page.code().equals(first);
                    });
            assertThat(page.scan()).endsWith("#" + page.code());
            phone().pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void aPageThatIsLookedAtAgainHasAGoodCodeAtOnce() {
        try (Browser browser = openPage(anybody(), Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            String first = page.code();
            String window = browser.driver().getWindowHandle();
            browser.driver().switchTo().newWindow(WindowType.TAB);
            Instant hidden = Instant.now();
            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(hidden.plus(CODE_LIFE)));
            browser.driver().switchTo().window(window);
            phone().pair(page.codeOtherThan(first));
            page.awaitPhase("paired");
        }
    }

    @Test
    void anExpiredTokenIsRenewedByThePlatform() {
        String examinee = anybody();
        platform.gives(TestTokens.examinee(PLAN, examinee));
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            int before = platform.asked();
            browser.go(program.page("/exam/mobile-sync", shortLived(examinee)));
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            await().atMost(PATIENCE).until(() -> platform.asked() > before);
            phone().pair(page.codeOtherThan(page.code()));
            page.awaitPhase("paired");
            assertThat(browser.text()).doesNotContain("Your access has ended");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    @Test
    void whoIsNotSignedInAnyMoreGoesOnAfterSigningIn() {
        String examinee = anybody();
        platform.gives(null);
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(program.page("/exam/mobile-sync", shortLived(examinee)));
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan").awaitPhase("ended");
            platform.gives(TestTokens.examinee(PLAN, examinee));
            browser.click("#again");
            page.awaitPhase("scan");
            phone().pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void aPageWithoutATokenGetsOneFromThePlatform() {
        String examinee = anybody();
        platform.gives(TestTokens.examinee(PLAN, examinee));
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(program.web() + "/exam/mobile-sync");
            new ExamineePage(browser).awaitPhase("scan").code();
        }
    }

    private static String shortLived(String examinee) {
        return TestTokens.mint(Map.of(
                "role",
                "examinee",
                "plan",
                PLAN,
                "examinee",
                examinee,
                "exp",
                Date.from(Instant.now().plusSeconds(8))));
    }

    @Test
    void theSocketServersRestartIsGotOverAndWhatHappensMeanwhileIsSeen() {
        String examinee = anybody();
        String another = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"));
                Browser second = openPage(another, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            ExamineePage secondPage = new ExamineePage(second).awaitPhase("scan");
            page.code();
            program.stop(Program.SOCKET);
            browser.see("#banner");
            lookAt(browser, page, "scan", "lost");

            // Over REST, while there is no socket.
            assertThat(phone().pair(page.code()).upload(Jpegs.picture(7))).isEqualTo(201);
            page.awaitPhase("completed");

            program.restart(Program.SOCKET);
            second.awaitGone("#banner");
            phone().pair(secondPage.code());
            secondPage.awaitPhase("paired");
        }
    }

    @Test
    void aLaptopThatSleptIsBackInTheRightState() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            String code = page.code();
            browser.sleep();
            Instant asleep = Instant.now();
            try {
                // The server gives the connection up; the browser hears nothing of it, also when it is awake.
                program.socketLine().forget();
                phone().pair(code);
                await().atMost(PATIENCE).until(() -> Instant.now().isAfter(asleep.plus(SLEEP)));
            } finally {
                browser.wakeUp();
            }
            page.awaitPhase("paired");
            browser.awaitGone("#banner");
            // The socket is there again, not only what is asked for over REST.
            order(examinee, "{\"order\":\"RETAKE\",\"reason\":\"told over the socket\"}");
            browser.see("#retake-reason", "told over the socket");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    @Test
    void aStateThatCannotBeSavedForLongIsSaidAndComesByItself() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("ko"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            PhoneApp phone = phone().pair(page.code());
            page.awaitPhase("paired");
            servers.redis().cut();
            try {
                assertThat(phone.upload(Jpegs.picture(9))).isEqualTo(201);
                browser.see("#notice", "처리가 평소보다 오래 걸리고 있습니다.");
                lookAt(browser, page, "paired", "slow");
            } finally {
                servers.redis().restore();
            }
            page.awaitPhase("completed");
        }
    }

    @Test
    void aWebServerThatIsAwayIsGotOverToo() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            page.code();
            program.stop(Program.WEB);
            try {
                browser.see("#qr-wait");
                order(examinee, "{\"order\":\"RETAKE\",\"reason\":\"told while REST is away\"}");
                browser.see("#retake-reason", "told while REST is away");
                assertThat(browser.accessibilityFindings()).isEmpty();
            } finally {
                program.restart(Program.WEB);
            }
            phone().pair(page.code());
            page.awaitPhase("paired");
        }
    }

    @Test
    void thePageAroundItIsTold() {
        String examinee = anybody();
        platform.page("/around", """
                <title>around</title><p id="told"></p><iframe src="%s" width="1000" height="700"></iframe>
                <script>
                  const step = '%s';
                  addEventListener('message', ({ origin, data }) => {
                    if (origin === step) told.textContent += ` ${data.type} ${data.detail.status ?? data.detail.examineeId}`;
                  });
                </script>
                """.formatted(program.examineePage(PLAN, examinee), program.web()));
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(platform.address("/around"));
            browser.see("#told", "mobile-sync:status WAITING");
            order(examinee, "{\"order\":\"ACCEPT\",\"reason\":\"seen\"}");
            browser.see("#told", "mobile-sync:status COMPLETED mobile-sync:completed " + examinee);
        }
    }

    /** As docs/pages.md shows it. */
    @Test
    void aPageOfThePlatformsOwnUsesTheModule() {
        String examinee = anybody();
        platform.gives(TestTokens.examinee(PLAN, examinee));
        platform.page("/own", """
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
                """.formatted(program.web(), program.socket(), PLAN, examinee));
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(platform.address("/own"));
            browser.see("#connection", "connected");
            browser.see("#state", "mobile_sync_waiting");
            order(examinee, "{\"order\":\"ACCEPT\",\"reason\":\"seen\"}");
            browser.see("#state", "mobile_sync_completed");
            assertThat(browser.see("#state").getText()).isEqualTo("mobile_sync_waiting mobile_sync_completed");

            browser.script("sync.stop()");
            assertThat(browser.script("return sync.connected")).isEqualTo(false);
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }
}
