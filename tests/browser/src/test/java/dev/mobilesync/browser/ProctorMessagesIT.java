package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.Status;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages from a proctor to examinees. */
@Tag("slow")
@NeedsChromium
class ProctorMessagesIT extends ProctorPageFixture {

    @Test
    void showsMessageUntilDismissed() {
        exam.enterStep("E2", SimulatedExam.now());
        exam.complete("E3", "M3", SimulatedExam.now());
        exam.await(Status.COMPLETED, 1);
        try (Browser examinee = Browser.open(BrowserOptions.laptop("ko"));
                ProctorPage kim = open(BrowserOptions.laptop("en"), "kim");
                ProctorPage lee = open(BrowserOptions.laptop("ko"), "lee")) {
            examinee.go(application.examineePage(exam.plan(), "E1"));
            examinee.see("#qr[src]");
            exam.await(Status.WAITING, 2);
            kim.awaitCount("WAITING", 2);

            kim.openDetails("E1");
            kim.browser().click("#details-notice");
            kim.awaitText("#notice-title", "Message to E1");
            kim.browser().click("#notice-confirm");
            kim.awaitText("#notice-missing", "Please write a message.");
            kim.assertNoPageDefects("a message without text");
            kim.browser().see("#notice-text").sendKeys("<b>Please</b> stay seated.");
            kim.browser().screenshot("proctor-notice-en");
            kim.browser().click("#notice-confirm");
            kim.awaitBatch("Message: sent to E1.");
            kim.closeDetails();

            examinee.see(".proctor-notice-text", "<b>Please</b> stay seated.");
            assertThat(examinee.see("#proctor-notices").getAttribute("aria-live"))
                    .isEqualTo("assertive");
            assertThat(examinee.text()).contains("감독관 메시지").doesNotContain("kim");
            assertThat(examinee.accessibilityFindings()).isEmpty();
            examinee.screenshot("exam-notice-ko");
            examinee.reload();
            examinee.see(".proctor-notice-text", "stay seated");
            examinee.click(".proctor-notice button");
            examinee.awaitGone(".proctor-notice");
            examinee.reload();
            examinee.see("#qr[src]");
            examinee.awaitGone(".proctor-notice");

            kim.browser().click("#notice-button");
            kim.awaitText("#notice-title", "Message to 2 examinees");
            kim.browser().see("#notice-text");
            // A pasted text may contain what the server rejects.
            kim.browser().script("document.getElementById('notice-text').value = 'We start in five\\tminutes.'");
            kim.browser().click("#notice-confirm");
            kim.awaitBatch("Message: sent to 2.");
            examinee.see(".proctor-notice-text", "five minutes");
            lee.browser().click("#alerts-button");
            lee.awaitText("#activity", "다른 감독관 · 메시지");
            lee.awaitText("#activity", "We start in five minutes.");
            lee.assertNoPageDefects("messages");
            assertThat(exam.count(Status.WAITING)).isEqualTo(2);
        }
    }

    /** Both go over one connection, which socket-server closes after more than 500 messages within ten seconds. */
    @Test
    void ordersAndMessagesOfRoomKeepConnection() {
        int room = 280;
        for (int i = 1; i <= room; i++) {
            exam.enterStep("R" + i, SimulatedExam.now());
        }
        exam.await(Status.WAITING, room);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitCount("WAITING", room);
            page.browser().click("#select-all");
            page.browser().click("#bulk [data-order='EXTEND']");
            page.awaitText("#order-title", "Give 280 examinees more time?");
            page.browser().click("#order-minutes label:last-child");
            page.browser().click("#order-reasons label:first-child");
            // The page gives up orders without an effect after nine seconds.
            new PageClock(page.browser()).stop();
            page.browser().click("#order-confirm");
            page.browser().click("#notice-button");
            page.browser().see("#notice-text").sendKeys("Please stay seated.");
            page.browser().click("#notice-confirm");
            page.awaitBatch("Message: sent to 280.");
            page.awaitBatch("More time: applied to 280.");
        }
    }
}
