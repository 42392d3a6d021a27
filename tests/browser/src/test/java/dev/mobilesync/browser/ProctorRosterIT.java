package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Expected examinees, their names, and the export of the list. */
@Tag("slow")
@NeedsChromium
class ProctorRosterIT extends ProctorPageFixture {

    /** Keeps the exported file instead of saving it. */
    private static final String KEEP_FILE = """
            window.exported = null;
            const create = URL.createObjectURL;
            URL.createObjectURL = (blob) => {
              if (blob.type.startsWith('text/csv')) blob.arrayBuffer().then((bytes) => {
                window.exported = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
              });
              return create(blob);
            };
            const { click } = HTMLAnchorElement.prototype;
            HTMLAnchorElement.prototype.click = function () {
              window.exportedAs = this.download;
              click.call(this);
            };
            """;

    private static final String COUNT_FAILED_READS = """
            window.failedReads = 0;
            const fetched = window.fetch;
            window.fetch = (...request) => {
              const response = fetched(...request);
              if (new URL(request[0], location.href).pathname.endsWith('/roster')) response.catch(() => window.failedReads++);
              return response;
            };
            """;

    /** The longest delay between retries, and the time of a read. The board reads again by itself after 90 s or more. */
    private static final Duration RETRIED_WITHIN = Duration.ofSeconds(20);

    @Test
    void showsNameOfTokenUnlessRosterHasOne() {
        exam.enterStepWithName("E1", "김지우");
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitRow("E1", "김지우");
            exam.enterStepWithName("E2", "Lee <b>Min</b>");
            page.awaitRow("E2", "Lee <b>Min</b>");
            page.search("Lee");
            page.awaitExaminees(List.of("E2")::equals);
            page.assertNoPageDefects("names of tokens");
        }
        putRoster("""
                {"examinees": [{"examineeId": "E1"}, {"examineeId": "E2", "name": "이민"}]}""");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitRow("E1", "김지우");
            page.awaitRow("E2", "이민");
        }
    }

    @Test
    void showsAbsentExamineesWithNames() {
        exam.enterStepInOrder("E1", "E2");
        putRoster("""
                {"examinees": [{"examineeId": "E1", "name": "김지우"}, {"examineeId": "E3", "name": "=HYPERLINK(1)"},
                 {"examineeId": "E4", "name": "Alex \\"Al\\" Kim"}]}""");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitCount("ABSENT", 2);
            page.awaitExaminees(List.of("E1", "E2", "E3", "E4")::equals);
            page.awaitRow("E1", "김지우");
            page.awaitRow("E3", "Has not reached the phone step yet.");
            page.assertNoPageDefects("roster");
            page.browser().screenshot("proctor-roster-en");
            page.search("김지");
            page.awaitExaminees(List.of("E1")::equals);
            page.search("");

            page.openDetails("E4");
            page.awaitText("#details-title", "E4 · Alex");
            assertThat(page.browser().see("#details [data-order='RETAKE']").isEnabled())
                    .isFalse();
            assertThat(page.browser().see("#details [data-order='ACCEPT']").isEnabled())
                    .isTrue();
            page.assertNoPageDefects("absent");
            page.closeDetails();
            page.browser().click("#notice-button");
            page.awaitText("#notice-title", "Message to 2 examinees");
            page.awaitText("#notice-left-out", "Absent, omitted: 2.");
            page.press(Keys.ESCAPE);

            exam.accept("E2", "kim", "Verified manually.");
            page.awaitRow("E2", "Accepted by you: Verified manually.");
            page.browser().script(KEEP_FILE);
            page.browser().click("#settings-button");
            page.browser().click("#export");
            await().atMost(TIMEOUT).until(() -> page.browser().script("return window.exported") != null);
            assertThat(String.valueOf(page.browser().script("return window.exported.split('\\r\\n').join('|')")))
                    .startsWith("\uFEFF\"Examinee\",\"Name\",\"State\"")
                    .contains("|\"E1\",\"김지우\",\"Waiting\"")
                    .contains("Accepted by kim: Verified manually.")
                    .contains("|\"E3\",\"'=HYPERLINK(1)\",\"Absent\"")
                    .contains("|\"E4\",\"Alex \"\"Al\"\" Kim\"");
            assertThat(String.valueOf(page.browser().script("return window.exportedAs")))
                    .endsWith(".csv");
            page.press(Keys.ESCAPE);

            exam.enterStep("E3", SimulatedExam.now());
            exam.await(Status.WAITING, 2);
            page.awaitCount("ABSENT", 1);
            page.awaitRow("E3", "Waiting");
        }
        try (ProctorPage page = open(BrowserOptions.phone("ko").withDarkMode(), "kim")) {
            page.awaitRow("E4", "미접속");
            page.awaitRow("E4", "Alex");
            page.assertNoPageDefects("roster on a phone");
            page.browser().screenshot("proctor-roster-phone-ko");
        }
    }

    @Test
    void doesNotShowExamineesWithUnreadableRecordsAsAbsent() {
        exam.enterStepInOrder("E1", "E2");
        exam.makeUnreadable("E2");
        putRoster("""
                {"examinees": [{"examineeId": "E1"}, {"examineeId": "E2"}, {"examineeId": "E3"}]}""");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitText("#banner-text", "Unreadable records: 1 (E2).");
            page.awaitCount("ABSENT", 1);
            page.awaitExaminees(List.of("E1", "E3")::equals);
        }
    }

    @Test
    void retriesFailedReadWithinSeconds() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        putRoster("""
                {"examinees": [{"examineeId": "E1", "name": "김지우"}, {"examineeId": "E2"}]}""");
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.devTools("Network.enable", Map.of());
            browser.devTools("Network.setBlockedURLs", Map.of("urls", List.of("*/api/*/roster")));
            browser.devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", COUNT_FAILED_READS));
            browser.go(application.proctorPage("kim", exam.plan()));
            browser.see(".row[data-id='E1']");
            await().atMost(TIMEOUT).until(() -> browser.script("return failedReads > 1"), Boolean.TRUE::equals);
            browser.awaitGone(".row[data-id='E2']");
            browser.devTools("Network.setBlockedURLs", Map.of("urls", List.of()));
            await().atMost(RETRIED_WITHIN)
                    .until(
                            () -> browser.script("return document.querySelector('#rows').innerText"),
                            (Object rows) -> String.valueOf(rows).contains("김지우")
                                    && String.valueOf(rows).contains("E2"));
        }
    }

    private void putRoster(String body) {
        ApiClient api = new ApiClient(application.web());
        ApiClient.json(
                api.send(api.request("/api/v1/plans/" + exam.plan() + "/roster", TestTokens.proctor("kim", exam.plan()))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body))),
                200);
    }
}
