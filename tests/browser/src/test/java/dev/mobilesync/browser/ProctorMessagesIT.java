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
}
