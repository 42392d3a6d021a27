package dev.mobilesync.browser;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Audits every state of the proctor's board. A part that no state shows fails this test. */
@Tag("slow")
@NeedsChromium
class ProctorStatesIT extends ProctorPageFixture {

    private final StateAudit audit = new StateAudit("proctor");

    @Test
    void hasNoFindingInAnyState() {
        auditAccess();
        auditEmptyBoard();
        seed();
        auditBoard();
        auditDialogs();
        auditWithoutConnection();
        auditExpiry();
        audit.assertComplete();
    }

    private void auditAccess() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            browser.go(application.web() + "/proctor").see("#closed-problems");
            audit.check(browser, "no access");
            // The page around the board passes no token on.
            browser.script(
                    "const frame = document.createElement('iframe'); frame.src = '/proctor'; frame.title = 'board';"
                            + "frame.style = 'position: fixed; inset: 0; width: 100%; height: 100%'; document.body.replaceChildren(frame)");
            browser.driver().switchTo().frame(0);
            browser.see("#closed-again");
            audit.check(browser, "no token from the page around");
        }
    }

    private void auditEmptyBoard() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            application.socketProxy().freeze();
            try {
                browser.go(application.proctorPage("kim", exam.plan(), exam.plan() + "-other"));
                browser.see("#banner[data-kind=loading]");
                audit.check(browser, "connecting");
            } finally {
                application.socketProxy().reset();
            }
            browser.see("#page[data-connection='live']");
            browser.see("#empty");
            audit.check(browser, "empty board");
        }
    }

    /** An examinee in each state. */
    private void seed() {
        exam.enterStepInOrder("E2", "E3", "E4", "E5");
        exam.enterStepWithName("E1", "김지우");
        exam.await(Status.WAITING, 5);
        exam.upload("E6", "M6", FakeCameraImage.jpeg(6));
        exam.upload("E7", "M7", FakeCameraImage.jpeg(7));
        exam.await(Status.COMPLETED, 2);
        exam.pair("E2", "M2");
        exam.fail("E3", "M3", ErrorCode.CAPTURE_TOO_LARGE, SimulatedExam.now());
        exam.timeOut("E4");
        exam.makeUnreadable("E5");
        ApiClient api = new ApiClient(application.web());
        ApiClient.json(
                api.send(
                        api.request("/api/v1/plans/" + exam.plan() + "/roster", TestTokens.proctor("kim", exam.plan()))
                                .header("Content-Type", "application/json")
                                .PUT(
                                        BodyPublishers.ofString(
                                                "{\"examinees\": [{\"examineeId\": \"E1\"}, {\"examineeId\": \"E9\", \"name\": \"이민\"}]}"))),
                200);
    }

    private void auditBoard() {
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            Browser browser = page.browser();
            page.awaitCount("ABSENT", 1);
            browser.see("#banner[data-kind=unreadable]");
            audit.check(browser, "board with unreadable record");
            page.setting("with-pictures", true);
            page.setting("sound", true);
            browser.see(".row[data-id='E6'] img[src^='blob:']");
            exam.fail("E2", "M2", ErrorCode.CAPTURE_STORE_FAILED, SimulatedExam.now());
            browser.see("#alerts-count");
            audit.check(browser, "pictures and new alert");
            browser.click("#alerts-button");
            page.orderFor("E1", "EXTEND");
            page.awaitText("#activity", "시간 연장");
            browser.click("#select-all");
            browser.see("#bulk");
            page.filter("WAITING");
            audit.check(browser, "panel with selection and filter");
            page.filter("WAITING");
            browser.click("#bulk-clear");
            page.search("E999");
            browser.see("#show-all");
            audit.check(browser, "no match");
            browser.click("#show-all");
            page.pointAt("E6");
            exam.pair("E1", "M1");
            browser.see("#release");
            audit.check(browser, "order held");
            browser.reload();
            page.awaitLive();
            // Without a click, the browser permits no sound yet.
            browser.script("document.getElementById('settings').showPopover()");
            browser.see("#sound-waits");
            audit.check(browser, "settings");
            browser.resize(Browser.PHONE);
            browser.script("document.getElementById('settings').hidePopover()");
            audit.check(browser, "cards");
        }
    }

    private void auditDialogs() {
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            Browser browser = page.browser();
            page.openDetails("E6");
            browser.see("#picture-image");
            browser.see("#timeline li");
            audit.check(browser, "details");
            browser.devTools("Network.enable", Map.of());
            browser.devTools("Network.setBlockedURLs", Map.of("urls", List.of("*.jpg*")));
            browser.click("#details-next");
            browser.see("#picture-again");
            audit.check(browser, "picture fails");
            browser.devTools("Network.setBlockedURLs", Map.of("urls", List.of()));
            page.closeDetails();
            page.openDetails("E1");
            for (String kind : List.of("RETAKE", "EXTEND", "RESET")) {
                browser.click("#details [data-order='" + kind + "']");
                browser.see("#order");
                browser.click("#order-confirm");
                browser.see("#order-missing:not(:empty)");
                audit.check(browser, "order " + kind);
                browser.click("#order-cancel");
                browser.awaitGone("#order");
            }
            page.closeDetails();
            browser.click("#select-all");
            browser.click("#bulk [data-order='ACCEPT']");
            browser.click("#order-reasons label:last-child");
            browser.see("#order-own").sendKeys("확인");
            browser.click("#order-confirm");
            browser.see("#order-count-wrong:not(:empty)");
            browser.see("#order-left-out");
            audit.check(browser, "order for several");
            browser.click("#order-cancel");
            browser.click("#bulk-notice");
            browser.see("#notice-left-out");
            browser.click("#notice-confirm");
            browser.see("#notice-missing:not(:empty)");
            audit.check(browser, "message");
            browser.click("#notice-cancel");
            browser.click("#wall-button");
            browser.see(".tile[data-id='E6'] img[src^='blob:']");
            audit.check(browser, "picture wall");
            page.press(Keys.ESCAPE);
            browser.awaitGone("#wall");
        }
    }

    private void auditWithoutConnection() {
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            Browser browser = page.browser();
            page.openDetails("E1");
            // The order is sent, but does not arrive.
            application.socketProxy().freeze();
            try {
                page.order("#details", "ACCEPT");
                browser.see(".batch[data-state=unconfirmed]");
                audit.check(browser, "order fails");
                browser.see("#page.stale");
                browser.click("#details [data-order='EXTEND']");
                browser.see("#order-offline");
                audit.check(browser, "order without connection");
                browser.click("#order-cancel");
                browser.click("#details-notice");
                browser.see("#notice-offline");
                audit.check(browser, "message without connection");
                browser.click("#notice-cancel");
                page.closeDetails();
                browser.see("#banner[data-kind=lost]");
                audit.check(browser, "connection lost");
            } finally {
                application.socketProxy().reset();
            }
        }
    }

    private void auditExpiry() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            Date expiry = Date.from(Instant.now().plusSeconds(20));
            browser.go(application.page(
                    "/proctor",
                    TestTokens.mint(
                            Map.of("role", "proctor", "plans", List.of(exam.plan()), "sub", "kim", "exp", expiry))));
            browser.see("#banner[data-kind=refused]");
            audit.check(browser, "signed out");
        }
    }
}
