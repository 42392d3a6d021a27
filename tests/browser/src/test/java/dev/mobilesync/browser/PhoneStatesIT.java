package dev.mobilesync.browser;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits every state of the phone's page. A new screen, or a part that no state shows, fails this test. */
class PhoneStatesIT extends PhoneTestCase {

    private static final String LOW_BATTERY_WITHOUT_WAKE_LOCK = """
            navigator.getBattery = async () => Object.assign(new EventTarget(), { level: 0.12, charging: false });
            delete Navigator.prototype.wakeLock;
            """;

    private static final String HOLD_REQUESTS = """
            const { send } = XMLHttpRequest.prototype;
            XMLHttpRequest.prototype.send = function (...body) {
              window.sendHeldRequest = () => {
                XMLHttpRequest.prototype.send = send;
                this.send(...body);
              };
            };
            """;

    private final StateAudit audit = new StateAudit("phone");

    @Test
    void hasNoFindingInAnyState(@TempDir Path folder) throws IOException {
        auditLoading();
        auditPairing();
        auditPicture(Files.write(folder.resolve("upright.jpg"), Jpegs.picture(1500, 2000, 3)));
        auditRetake();
        auditReplacement();
        auditPoorLight();
        audit.assertComplete("file");
    }

    private void auditLoading() {
        try (PhonePage phone = phone("ko")) {
            // The page waits for its storage.
            phone.browser()
                    .devTools(
                            "Page.addScriptToEvaluateOnNewDocument",
                            Map.of("source", "IDBFactory.prototype.open = () => new EventTarget()"));
            phone.open("/capture").browser().see("#loading h1:not(:empty)");
            audit.check(phone.browser(), "loading");
        }
    }

    private void auditPairing() {
        try (PhonePage phone = phone("ko")) {
            Browser browser = phone.browser();
            browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", LOW_BATTERY_WITHOUT_WAKE_LOCK));
            phone.open("/capture").awaitScreen("code");
            audit.check(browser, "code");
            phone.type("AAAA AAA").browser().see("#code-trouble");
            audit.check(browser, "wrong code");
            phone.open(issueCode().path()).awaitScreen("confirm");
            audit.check(browser, "confirm");
            browser.script(HOLD_REQUESTS);
            phone.confirm().awaitScreen("working");
            audit.check(browser, "working");
            browser.script("window.sendHeldRequest()");
            phone.awaitScreen("instructions");
            browser.see("#battery-hint");
            audit.check(browser, "instructions");
        }
    }

    private void auditPicture(Path upright) {
        try (PhonePage phone = PhonePage.with(
                BrowserOptions.phone("ko").withCameras(2), application().web())) {
            Browser browser = pair(phone).browser();
            browser.click("#instructions-start");
            browser.see("#switch");
            browser.see("#take:not([disabled])");
            audit.check(browser, "camera");
            browser.click("[data-delay='10']");
            new PageClock(browser).stop();
            browser.click("#take");
            browser.see("#digits");
            audit.check(browser, "countdown");
            // Pressing again cancels.
            browser.click("#take");
            phone.choose(upright).browser().see("#review-warning");
            audit.check(browser, "review");

            newExaminee();
            phone.open(issueCode().path()).awaitScreen("confirm").browser().see("#confirm-picture");
            audit.check(browser, "confirm another examinee");
            browser.click("#confirm-no");

            phone.awaitScreen("review").browser().script(HOLD_REQUESTS);
            phone.send().awaitScreen("sending");
            audit.check(browser, "sending");
            phone.emulateNetwork(true, -1);
            browser.script("window.sendHeldRequest()");
            browser.see("#trouble");
            audit.check(browser, "offline");
            phone.emulateNetwork(false, -1);
            phone.awaitScreen("done");
            audit.check(browser, "done");
        }
    }

    private void auditRetake() {
        newExaminee();
        try (PhonePage phone = phone("ko")) {
            Browser browser = pair(phone).browser();
            phone.take().send().awaitScreen("done");
            awaitCompleted();
            order("order", "{\"order\":\"RETAKE\",\"reason\":\"사진이 너무 어둡습니다.\"}");
            phone.awaitScreen("retake-order");
            audit.check(browser, "retake");
            order("notice", "{\"text\":\"잠시만 기다려 주세요.\"}");
            browser.see(".proctor-notice");
            browser.click("#retake-order-start");
            browser.see("#take:not([disabled])");
            browser.see("#note");
            audit.check(browser, "camera with reason and message");
        }
    }

    private void auditReplacement() {
        newExaminee();
        try (PhonePage phone = phone("ko")) {
            Browser browser = pair(phone).browser();
            phone.take();
            pairOtherPhone(issueCode().code());
            phone.send().browser().see("#stopped-kept");
            audit.check(browser, "stopped");
            browser.click("#stopped-action");
            browser.see("#code-kept");
            audit.check(browser, "code with picture");
            phone.type(issueCode().code()).awaitScreen("done");
            pairOtherPhone(issueCode().code());
            browser.see("#done-hint");
            audit.check(browser, "done and replaced");
        }
    }

    private void auditPoorLight() {
        newExaminee();
        try (PhonePage phone = phone(BrowserOptions.phone("ko").seeing(FakeCameraImage.Light.DARK))) {
            Browser browser = pair(phone).browser();
            browser.click("#instructions-start");
            browser.see("#hint[data-hint=dark]");
            audit.check(browser, "dark");
        }
    }

    private void order(String destination, String json) {
        try (StompTestClient proctor =
                StompTestClient.connect(application().socket(), TestTokens.proctor("kim", PLAN))) {
            proctor.awaitReceipt(proctor.send(
                    "/app/plans/" + PLAN + "/examinees/" + examinee() + "/mobile-sync/" + destination, json));
        }
    }
}
