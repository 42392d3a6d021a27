package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examinee's page while servers or the connection do not respond, the laptop sleeps or the record is unreadable. */
@Tag("slow")
@NeedsChromium
class ServiceOutageIT {

    /** Longer than the heart-beat timeouts of server and browser. */
    private static final Duration SLEEP = Duration.ofSeconds(40);

    /** Two heart-beats, and time in which a slow browser notices. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(22);

    private static final String STALE = "document.body.classList.contains('stale')";

    private final RunningApplication application = RunningApplication.sharedServices();

    @Test
    void reconnectsAfterSocketServerRestart() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        SimulatedExaminee another = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"));
                ExamineePage secondPage = another.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            page.code();
            application.stop(RunningApplication.SOCKET);
            browser.see("#banner");
            page.lookAt("scan", "lost");

            // Without a connection the page reads the state over REST.
            assertThat(examinee.pair(page.code()).upload(Jpegs.picture(7))).isEqualTo(201);
            page.usePicture();

            application.restart(RunningApplication.SOCKET);
            secondPage.browser().awaitGone("#banner");
            another.pair(secondPage.code());
            secondPage.awaitPhase("paired");
        }
    }

    @Test
    void becomesStaleAfterTwoHeartBeats() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("ko"))) {
            Browser browser = page.browser();
            browser.see("#freshness", "서버 연결됨");
            // The connection stays open but forwards nothing, and the browser does not report that it is offline.
            application.socketProxy().freeze();
            try {
                Stopwatch stopwatch = Stopwatch.start(browser, STALE, "#freshness");
                assertThat(stopwatch.awaitEnd()).isLessThan(SILENCE_LIMIT);
                assertThat(stopwatch.textAtEnd()).matches("서버 연결 끊김 · 마지막 확인 [12]\\d초 전");
                browser.see("#banner-text", "시험 서버와의 연결이 끊겼습니다.");
                assertThat(browser.script("return navigator.onLine")).isEqualTo(true);
                assertThat(browser.accessibilityFindings()).isEmpty();
            } finally {
                application.socketProxy().reset();
            }
            browser.script("document.getElementById('banner-button').click()");
            browser.awaitGone("#banner");
            browser.see("#freshness", "서버 연결됨");
        }
    }

    @Test
    void recoversAfterLaptopSleep() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            String code = page.code();
            browser.sleep();
            Instant asleep = Instant.now();
            try {
                // The server closes the connection; the browser does not receive the close, even when awake.
                application.socketProxy().freezeOpenConnections();
                examinee.pair(code);
                await().atMost(SLEEP.multipliedBy(2)).until(() -> Instant.now().isAfter(asleep.plus(SLEEP)));
            } finally {
                browser.wakeUp();
            }
            page.awaitPhase("paired");
            browser.awaitGone("#banner");
            // The page is connected again, so the state does not come from REST.
            examinee.order("{\"order\":\"RETAKE\",\"reason\":\"sent over the socket\"}");
            browser.see("#retake-order-reason", "sent over the socket");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }

    @Test
    void announcesDelayedState() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("ko"))) {
            Browser browser = page.browser();
            examinee.pair(page.code());
            page.awaitPhase("paired");
            application.servers().redis().cut();
            try {
                assertThat(examinee.upload(Jpegs.picture(9))).isEqualTo(201);
                browser.see("#state-problem", "처리가 평소보다 오래 걸리고 있습니다.");
                page.lookAt("paired", "slow");
            } finally {
                application.servers().redis().restore();
            }
            page.usePicture();
        }
    }

    /** The server does not retry a change of a record that it cannot read. */
    @Test
    void sendsExamineeWithUnreadableRecordToProctor() {
        String examinee = "E1";
        try (SimulatedExam exam = new SimulatedExam(application);
                Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            browser.go(application.examineePage(exam.plan(), examinee));
            new ExamineePage(browser).awaitPhase("scan");
            exam.makeUnreadable(examinee);
            exam.pair(examinee, "M1");
            browser.see("#state-problem", "감독관에게 알려 주세요.");

            // There is no state to show.
            browser.reload();
            browser.see("#loading", "감독관에게 알려 주세요.");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }
}
