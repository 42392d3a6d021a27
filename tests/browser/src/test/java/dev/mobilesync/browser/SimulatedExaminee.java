package dev.mobilesync.browser;

import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An examinee of one test, with a page, a phone that uploads over REST and a proctor who gives orders. */
final class SimulatedExaminee {

    static final String PLAN = "P100";
    static final String DEVICE = "M100";

    private static final AtomicInteger EXAMINEES = new AtomicInteger();

    private final RunningApplication application;
    private final ApiClient api;
    private final ExamineeKey key = new ExamineeKey(PLAN, "E" + EXAMINEES.incrementAndGet());
    private String deviceToken = "";

    SimulatedExaminee(RunningApplication application) {
        this.application = application;
        api = new ApiClient(application.web());
    }

    String id() {
        return key.examineeId();
    }

    String token() {
        return TestTokens.examinee(PLAN, id());
    }

    /** The address of the examinee's page, with a token. */
    String page() {
        return application.page("/exam/mobile-sync", token());
    }

    /** Opens the page in a separate browser and waits until it shows the code. */
    ExamineePage openPage(BrowserOptions options) {
        Browser browser = Browser.open(options);
        try {
            return new ExamineePage(browser.go(page())).awaitPhase("scan");
        } catch (RuntimeException | Error e) {
            browser.close();
            throw e;
        }
    }

    /** Opens the page with a token that expires soon after the page has loaded: after eight seconds, longer on a busy machine. */
    ExamineePage openPageBriefly(Browser browser) {
        for (int seconds = 8; seconds <= 64; seconds *= 2) {
            Date expiry = Date.from(Instant.now().plusSeconds(seconds));
            String token = TestTokens.mint(Map.of("role", "examinee", "plan", PLAN, "examinee", id(), "exp", expiry));
            browser.go("about:blank").go(application.page("/exam/mobile-sync", token));
            browser.see(
                    "body[data-phase='scan'], body[data-phase='ended'], #banner:has(~ main #problems:not([hidden]))");
            if ("scan".equals(browser.script("return document.body.dataset.phase"))) {
                return new ExamineePage(browser);
            }
        }
        throw new AssertionError("the page loaded more slowly than its token expired");
    }

    /** Requests a code, as the examinee's page does. */
    String requestCode() {
        return ApiClient.json(api.requestPairing(key), 201).path("code").asString();
    }

    /** Redeems the code on the phone. */
    SimulatedExaminee pair(String code) {
        deviceToken =
                ApiClient.json(api.redeem(code, DEVICE), 200).path("token").asString();
        return this;
    }

    /** Uploads the bytes as the paired phone's picture, again while the server is busy, and returns the HTTP status. */
    int upload(byte[] picture) {
        byte[] body = MultipartBody.upload(DEVICE, picture);
        return await().atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .until(() -> api.uploadBody(key, deviceToken, body).statusCode(), status -> status != 503);
    }

    /**
     * Ends the wait by deadlines in the near future. state-manager ignores a deadline that has already passed, so each one is
     * later than the one before.
     */
    void timeOut() {
        for (int seconds = 3; !status().equals("TIMEOUT"); seconds *= 2) {
            Instant deadline = Instant.now().plusSeconds(seconds);
            order("{\"order\":\"EXTEND\",\"reason\":\"a test\",\"deadline\":\"%s\"}".formatted(deadline));
            Instant end = deadline.plusSeconds(seconds);
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> status().equals("TIMEOUT") || Instant.now().isAfter(end));
        }
    }

    private String status() {
        return api.record(key).path("status").asString("");
    }

    /** Sends a proctor's order and waits until it is accepted. */
    void order(String json) {
        sendByProctor("order", json);
    }

    /** Sends a proctor's message and waits until it is accepted. */
    void message(String text) {
        sendByProctor("notice", "{\"text\":\"" + text + "\"}");
    }

    private void sendByProctor(String destination, String json) {
        try (StompTestClient proctor = StompTestClient.connect(application.socket(), TestTokens.proctor("kim", PLAN))) {
            proctor.awaitReceipt(
                    proctor.send("/app/plans/" + PLAN + "/examinees/" + id() + "/mobile-sync/" + destination, json));
        }
    }
}
