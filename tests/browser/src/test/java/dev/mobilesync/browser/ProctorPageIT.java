package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The board: loading, updates, pictures and access. */
@Tag("slow")
@NeedsChromium
class ProctorPageIT extends ProctorPageFixture {

    @Test
    void loadsRecordsAndFollowsUpdates() {
        exam.enterStepInOrder("E1", "E2");
        exam.complete("E3", "M3", SimulatedExam.now());
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitCount("ALL", 3);
            page.awaitCount("WAITING", 2);
            page.awaitExaminees(List.of("E1", "E2", "E3")::equals);
            page.awaitRow("E1", "Waiting");
            page.awaitRow("E1", "No phone is connected yet.");

            exam.pair("E1", "M1");
            page.awaitRow("E1", "Phone connected");
            exam.fail("E2", "M2", ErrorCode.CAPTURE_TOO_LARGE, SimulatedExam.now());
            page.awaitRow("E2", "The picture is too large.");
            exam.enterStep("E4", SimulatedExam.now());
            page.awaitCount("ALL", 4);
            page.awaitExaminees(List.of("E2", "E1", "E4", "E3")::equals);
            page.awaitText("#alerts-count", "1");

            exam.upload("E1", "M1", Jpegs.picture(1));
            page.awaitRow("E1", "Done");
            page.awaitCount("COMPLETED", 2);
            page.awaitExaminees(List.of("E2", "E4", "E1", "E3")::equals);
            page.assertNoPageDefects("board");
        }
    }

    @Test
    void namesExamineesWithUnreadableRecords() {
        exam.enterStepInOrder("E1", "E2");
        exam.makeUnreadable("E2");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitText("#banner-text", "Unreadable records: 1 (E2).");
            page.awaitExaminees(List.of("E1")::equals);
            page.assertNoPageDefects("unreadable");

            // The server does not retry a change of such a record.
            exam.pair("E2", "M2");
            page.browser().click("#alerts-button");
            page.awaitText("#alerts", "The record cannot be read. Please tell the exam’s operator.");
            page.chooseLanguage("ko");
            page.awaitText("#banner-text", "수험자 1명의 기록을 읽을 수 없습니다: E2. 시험 운영자에게 알려 주세요.");
            page.awaitText("#alerts", "기록을 읽을 수 없습니다. 시험 운영자에게 알려 주세요.");
        }
    }

    @Test
    void keepsTimelineWhileHistoryIsUnavailable() {
        exam.enterStepInOrder("E1");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            Browser browser = page.browser();
            page.openDetails("E1");
            browser.see("#timeline li");
            browser.devTools("Network.enable", Map.of());
            browser.devTools("Network.setBlockedURLs", Map.of("urls", List.of("*/history")));
            exam.pair("E1", "M1");
            page.awaitText("#timeline-text", "The timeline could not be loaded. Retrying automatically.");
            assertThat(browser.script("return document.querySelectorAll('#timeline li').length"))
                    .isEqualTo(1L);
            browser.devTools("Network.setBlockedURLs", Map.of("urls", List.of()));
            browser.see("#timeline li:nth-child(2)");
            page.awaitText("#timeline-text", "");
        }
    }

    @Test
    void showsThumbnailAndFullPicture() {
        exam.upload("E1", "M1", Jpegs.picture(3));
        exam.upload("E2", "M2", Jpegs.picture(4));
        exam.await(Status.COMPLETED, 2);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            assertThat(page.browser().script("return document.querySelectorAll('.row img[src]').length"))
                    .isEqualTo(0L);
            page.openDetails("E1");
            page.browser().see("#picture-image");
            await().atMost(TIMEOUT)
                    .until(
                            () -> page.browser().script("return document.getElementById('picture-image').naturalWidth"),
                            Long.valueOf(1280)::equals);
            String first = String.valueOf(page.browser().see("#picture-image").getAttribute("src"));
            page.assertNoPageDefects("picture");
            page.browser().click("#details-next");
            page.awaitText("#details-title", "E2");
            page.closeDetails();
            assertThat(isReleased(page, first))
                    .as("the full picture is released")
                    .isEqualTo(true);

            page.setting("with-pictures", true);
            page.browser().see(".row[data-id='E1'] img[src^='blob:']");
            page.browser().see(".row[data-id='E2'] img[src^='blob:']");
            page.assertNoPageDefects("pictures in the list");
            page.browser().reload();
            page.awaitLive().browser().see(".row[data-id='E1'] img[src^='blob:']");
        }
    }

    private static boolean isReleased(ProctorPage page, String url) {
        return Boolean.TRUE.equals(page.browser()
                .driver()
                .executeAsyncScript(
                        "const done = arguments[1]; const image = new Image(); image.onload = () => done(false);"
                                + " image.onerror = () => done(true); image.src = arguments[0]",
                        url));
    }

    @Test
    void catchesUpAfterConnectionLoss() {
        exam.enterStepInOrder("E1", "E2", "E3");
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            application.kill(RunningApplication.SOCKET);
            try {
                page.awaitText("#banner", "연결이 끊겼습니다.");
                page.browser().see("#page.stale");
                exam.fail("E2", "M2", ErrorCode.CAPTURE_STORE_FAILED, SimulatedExam.now());
                exam.complete("E3", "M3", SimulatedExam.now());
                exam.enterStep("E4", SimulatedExam.now());
                exam.await(Status.FAILED, 1);
                assertThat(page.row("E2")).contains("대기 중");
                page.search("E2");
                page.awaitExaminees(List.of("E2")::equals);
                page.search("");
                page.assertNoPageDefects("lost");

                // Without a connection, an order is queued and sent after the reconnect.
                page.openDetails("E1");
                page.order("#details", "EXTEND");
                page.awaitText("#batches", "연결되면 이어서 보냅니다.");
                page.closeDetails();
            } finally {
                application.restart(RunningApplication.SOCKET);
            }
            page.awaitLive();
            page.browser().awaitGone("#banner");
            page.browser().awaitGone("#page.stale");
            page.awaitCount("ALL", 4);
            page.awaitRow("E2", "사진을 아직 저장하지 못했습니다. 자동으로 다시 전송됩니다.");
            page.awaitRow("E3", "완료");
            page.awaitRow("E1", "시간 연장(나)");
            page.awaitText("#alerts-count", "1");
            exam.pair("E4", "M4");
            page.awaitRow("E4", "휴대전화 연결됨");
        }
    }

    @Test
    void showsOnePlanInBothLanguages() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        String other = exam.plan() + "-other";
        try (ProctorPage page = ProctorPage.open(application, BrowserOptions.phone("ko"), "kim", exam.plan(), other)) {
            page.awaitRow("E1", "대기 중");
            page.assertNoPageDefects("phone");
            page.assertPlaceholderFits();
            page.chooseLanguage("en");
            page.awaitRow("E1", "Waiting");
            page.assertPlaceholderFits();
            assertThat(page.browser().script("return document.documentElement.lang"))
                    .isEqualTo("en");
            page.setting("large", true);
            page.assertNoPageDefects("large type on a phone");
            page.browser().see("#plans").sendKeys(other);
            page.browser().see("#empty", "No examinees yet.");
            assertThat(page.browser().driver().getCurrentUrl()).contains("plan=" + other);
            page.assertNoPageDefects("empty");
        }
    }

    /** Takes screenshots of 300 examinees in phone, laptop and wall size. */
    @Test
    void showsExamInProgress() {
        ExamFixture.seed(exam);
        String plan = exam.plan();
        try (ProctorPage page = ProctorPage.open(application, BrowserOptions.laptop("ko"), "kim", plan)) {
            page.assertNoPageDefects("laptop, Korean");
            page.browser().screenshot("docs/proctor-board-ko");
        }
        try (ProctorPage page = ProctorPage.open(application, BrowserOptions.laptop("en"), "kim", plan)) {
            page.assertNoPageDefects("laptop");
            page.assertPlaceholderFits();
            page.browser().screenshot("docs/proctor-board");
            page.browser().click("#alerts-button");
            ExamFixture.applyNextChanges(exam);
            page.awaitText("#alerts", "E302");
            page.awaitText("#activity", "park");
            page.setting("with-pictures", true);
            page.filter("COMPLETED");
            page.browser().see(".row img[src^='blob:']");
            await().atMost(TIMEOUT)
                    .until(
                            () -> page.browser().script("return document.querySelectorAll('.row img[src]').length"),
                            (Object n) -> ((Number) n).intValue() >= 5);
            page.browser().screenshot("proctor-board-pictures-en");
            page.openDetails(page.examinees().get(1));
            page.browser().see("#picture-image");
            page.browser().screenshot("docs/proctor-picture");
            page.browser().click("#details [data-order='RETAKE']");
            page.browser().see("#order");
            page.browser().screenshot("docs/proctor-order");
        }
        try (ProctorPage page =
                ProctorPage.open(application, BrowserOptions.laptop("ko").withSize(Browser.WALL), "kim", plan)) {
            page.assertNoPageDefects("wall");
            page.browser().screenshot("docs/proctor-wall");
            page.setting("large", true);
            page.assertNoPageDefects("wall, large type");
            page.assertPlaceholderFits();
            page.browser().screenshot("proctor-wall-large-ko");
        }
        try (ProctorPage page =
                ProctorPage.open(application, BrowserOptions.phone("ko").withDarkMode(), "kim", plan)) {
            page.assertNoPageDefects("phone, dark");
            page.browser().see("#live-age", "마지막 수신");
            assertThat(page.browser().script("""
                            const edge = (id, side) => document.getElementById(id).getBoundingClientRect()[side];
                            return edge('live-age', 'right') <= edge('tools', 'left');
                            """)).as("beside the buttons").isEqualTo(true);
            page.browser().screenshot("docs/proctor-phone");
            page.openDetails(page.examinees().get(0));
            page.assertNoPageDefects("details on a phone");
            page.browser().screenshot("proctor-phone-details-ko");
        }
    }

    @Test
    void rejectsNonProctors() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            browser.go(application.web() + "/proctor");
            browser.see("#closed", "시험 사이트의 감독관 메뉴에서");
            assertThat(browser.accessibilityFindings()).isEmpty();
            browser.go("about:blank");
            browser.go(application.page("/proctor", TestTokens.examinee("B0", "E1")));
            browser.see("#closed", "이 링크로는 감독 화면을 볼 수 없습니다.");
        }
    }
}
