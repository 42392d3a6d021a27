package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.StompListener;
import dev.mobilesync.testsupport.StompTestClient.Frame;
import dev.mobilesync.testsupport.TestPorts;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import dev.mobilesync.testsupport.api.HttpContractProxy;
import dev.mobilesync.testsupport.api.StompContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the three pages send and receive, compared with the API documents. */
@Tag("slow")
@NeedsChromium
class PageTrafficIT {

    private static final String RECORD_SOCKET = """
            window.socketTexts = { sent: [], received: [] };
            window.WebSocket = class extends WebSocket {
              constructor(...all) {
                super(...all);
                this.addEventListener('message', ({ data }) => socketTexts.received.push(data));
              }
              send(data) {
                socketTexts.sent.push(data);
                super.send(data);
              }
            };
            """;

    private static final String STEP = "/app/plans/" + SimulatedExaminee.PLAN + "/examinees/";

    private static final Set<String> CHECKED = Set.of("CONNECT", "SUBSCRIBE", "SEND");

    private final List<String> destinations = new ArrayList<>();
    private final List<String> received = new ArrayList<>();

    @Test
    void pagesCommunicateAsDocumented() {
        int port = TestPorts.freePort();
        String address = "http://localhost:" + port;
        try (RunningApplication application = RunningApplication.services(
                        new ProxiedServers(TestServers.open()), Map.of("MOBILE_SYNC_ALLOWED_ORIGINS", address));
                HttpContractProxy web = new HttpContractProxy(port, application.web());
                Browser laptop = recording(BrowserOptions.laptop("en"));
                Browser phone = recording(BrowserOptions.phone("en"));
                Browser board = recording(BrowserOptions.laptop("ko"))) {
            SimulatedExaminee examinee = new SimulatedExaminee(application);
            ExamineePage page = new ExamineePage(laptop.go(address + "/exam/mobile-sync#token=" + examinee.token()));
            // The link names the server that the proxy asks.
            phone.go(page.awaitPhase("scan").scan().replace(application.web().toString(), address));
            phone.click("#confirm-yes");
            phone.click("#instructions-start");
            page.awaitPhase("preview");
            laptop.script("document.getElementById('delay').value = '0'");
            laptop.click("#take:not([disabled])");
            page.usePicture();

            ProctorPage proctor = ProctorPage.in(
                    board, address + "/proctor#token=" + TestTokens.proctor("kim", SimulatedExaminee.PLAN));
            proctor.awaitCount("COMPLETED", 1);
            proctor.openDetails(examinee.id());
            board.see("#picture-image[src]");
            board.click("#details-notice");
            board.see("#notice-text").sendKeys("Please stay seated.");
            board.click("#notice-confirm");
            laptop.see(".proctor-notice-text", "Please stay seated.");
            proctor.order("#details", "RETAKE");
            proctor.awaitCount("WAITING", 1);
            phone.see("#retake-order-reason:not(:empty)");

            List.of(laptop, phone, board).forEach(this::checkFrames);
            assertThat(destinations)
                    .contains(
                            STEP + examinee.id() + "/mobile-sync/wait",
                            STEP + examinee.id() + "/mobile-sync/preview",
                            STEP + examinee.id() + "/mobile-sync/shutter",
                            STEP + examinee.id() + "/mobile-sync/notice",
                            STEP + examinee.id() + "/mobile-sync/order");
            assertThat(received).contains("CONNECTED", "MESSAGE", "RECEIPT").doesNotContain("ERROR");
            assertThat(web.check())
                    .contains(
                            "get /capture",
                            "get /exam/mobile-sync",
                            "get /proctor",
                            "get /pages/config.json",
                            "post /api/v1/plans/{planId}/examinees/{examineeId}/pairings",
                            "post /api/v1/pairings/redeem",
                            "post /api/v1/plans/{planId}/examinees/{examineeId}/mobile-captures",
                            "get /captures/{examineeId}/sync_cap.jpg",
                            "get /api/v1/plans/{planId}/mobile-sync",
                            "get /api/v1/plans/{planId}/roster",
                            "get /api/v1/plans/{planId}/examinees/{examineeId}/mobile-sync/history");
        }
    }

    private static Browser recording(BrowserOptions options) {
        Browser browser = Browser.open(options);
        browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", RECORD_SOCKET));
        return browser;
    }

    private void checkFrames(Browser page) {
        for (Frame frame : frames(page, "sent")) {
            if (CHECKED.contains(frame.command())) {
                StompContract.checkAccepted(frame.command(), frame.headers(), frame.body());
            }
            if (frame.command().equals("SEND")) {
                destinations.add(frame.header("destination"));
            }
        }
        for (Frame frame : frames(page, "received")) {
            StompContract.checkReceived(frame.command(), frame.headers(), frame.body());
            received.add(frame.command());
        }
    }

    private static List<Frame> frames(Browser page, String direction) {
        List<?> texts = (List<?>) Objects.requireNonNull(page.script("return socketTexts." + direction));
        assertThat(texts).as(direction).isNotEmpty();
        return texts.stream()
                .map(String::valueOf)
                .flatMap(text -> StompListener.frames(text).stream())
                .toList();
    }
}
