package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examinee's page while socket-server restarts, Redis does not respond or the laptop sleeps. */
@Tag("slow")
@NeedsChromium
class ServiceOutageIT {

    /** Longer than the heart-beat timeouts of server and browser. */
    private static final Duration SLEEP = Duration.ofSeconds(40);

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
    void recoversAfterLaptopSleep() {
        SimulatedExaminee examinee = new SimulatedExaminee(application);
        try (ExamineePage page = examinee.openPage(BrowserOptions.laptop("en"))) {
            Browser browser = page.browser();
            String code = page.code();
            browser.sleep();
            Instant asleep = Instant.now();
            try {
                // The server closes the connection; the browser does not receive the close, even when awake.
                application.socketProxy().forget();
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
                browser.see("#notice", "처리가 평소보다 오래 걸리고 있습니다.");
                page.lookAt("paired", "slow");
            } finally {
                application.servers().redis().restore();
            }
            page.usePicture();
        }
    }
}
