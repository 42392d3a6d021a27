package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.Jpegs;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Orders of proctors on their page. */
@Tag("slow")
@NeedsChromium
class ProctorOrdersIT extends ProctorPageFixture {

    @Test
    void showsOrdersOfOtherProctors() {
        exam.enterStepInOrder("E1", "E2", "E3");
        exam.upload("E1", "M1", Jpegs.picture(2));
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage kim = open(BrowserOptions.laptop("ko"), "kim");
                ProctorPage lee = open(BrowserOptions.laptop("en"), "lee")) {
            for (ProctorPage page : List.of(kim, lee)) {
                page.browser().click("#alerts-button");
            }
            kim.orderFor("E1", "RETAKE");
            lee.awaitText("#activity", "kim · Retake");
            lee.awaitRow("E1", "Retake: Your face cannot be seen.");
            kim.awaitText("#activity", "나 · 재촬영 요청");
            kim.awaitBatch("재촬영 요청: E1 님에게 적용되었습니다.");

            lee.orderFor("E2", "EXTEND");
            kim.awaitText("#activity", "lee · 시간 연장");
            kim.awaitRow("E2", "시간 연장(lee): 네트워크 문제");

            lee.orderFor("E3", "ACCEPT");
            kim.awaitRow("E3", "직접 승인(lee): 직접 확인했습니다.");
            kim.awaitText("#activity", "lee · 직접 승인");
            lee.awaitRow("E3", "Accepted by you: Verified manually.");
            assertThat(exam.record("E3").path("acceptedBy").asString()).isEqualTo("lee");
            assertThat(exam.record("E2").path("lastOrder").path("by").asString())
                    .isEqualTo("lee");
            kim.openDetails("E3");
            assertThat(kim.browser().see("#facts").getText()).contains("lee: 직접 확인했습니다.");
            kim.assertNoPageDefects("details");
            lee.assertNoPageDefects("panel");
        }
    }

    @Test
    void namesServerOfPlatform() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.browser().click("#alerts-button");
            exam.orderByPlatform("E1", Order.EXTEND, "slow network", "lms");
            page.awaitRow("E1", "Extended by the exam site (lms): slow network");
            page.awaitText("#activity", "Exam site lms · More time");
            page.openDetails("E1");
            page.awaitText("#timeline", "Exam site lms");
            page.closeDetails();

            exam.orderByPlatform("E1", Order.ACCEPT, "seen by eye", "lms");
            page.awaitRow("E1", "Accepted by the exam site (lms): seen by eye");
            page.openDetails("E1");
            page.awaitText("#facts", "Exam site lms: seen by eye");
            page.closeDetails();
            exam.orderByPlatform("E1", Order.RESET, "another phone", "lms");
            page.awaitRow("E1", "Started over by the exam site (lms): another phone");
            page.chooseLanguage("ko");
            page.awaitRow("E1", "처음부터 다시 시작(시험 사이트 lms): another phone");
        }
    }

    @Test
    void reportsOrderWithoutEffect() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            application.kill(RunningApplication.STATE);
            try {
                page.orderFor("E1", "ACCEPT");
                page.awaitText("#batches", "not confirmed for 1");
                page.awaitText("#batches", "E1");
                page.assertNoPageDefects("no effect");
            } finally {
                application.restart(RunningApplication.STATE);
            }
            page.awaitRow("E1", "Accepted by you");
            page.browser().click("#batches .batch button:last-of-type");
            page.browser().awaitGone("#batches .batch");
        }
    }

    @Test
    void ordersRetakesForSelection() {
        for (int i = 10; i < 40; i++) {
            exam.enterStep("E" + i, SimulatedExam.now());
        }
        exam.complete("E10", "M10", SimulatedExam.now());
        exam.await(Status.WAITING, 29);
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.browser().click("#select-all");
            page.awaitText("#bulk-count", "30 selected");
            page.assertNoPageDefects("selection");
            page.browser().click("#bulk [data-order='EXTEND']");
            page.awaitText("#order-title", "Give 29 examinees more time?");
            page.awaitText("#order-left-out", "Already done, omitted: 1.");
            page.browser().click("#order-minutes label:last-child");
            page.awaitText("#order-deadline", "10 minutes");
            page.browser().click("#order-reasons label:last-child");
            page.browser().click("#order-confirm");
            page.awaitText("#order-missing", "Please write a reason.");
            page.assertNoPageDefects("a reason is missing");
            page.browser().see("#order-own").sendKeys("The fire alarm");
            // The page gives up orders without an effect after nine seconds.
            new PageClock(page.browser()).stop();
            page.browser().click("#order-confirm");
            page.awaitBatch("More time: applied to 29.");
            page.awaitRow("E20", "Extended by you: The fire alarm");
            page.browser().awaitGone("#bulk");
            assertThat(exam.record("E39").path("lastOrder").path("reason").asString())
                    .isEqualTo("The fire alarm");
        }
    }

    /** One click too many must not write "Verified manually" into the records of a whole room. */
    @Test
    void confirmsAcceptanceOfSeveralByCount() {
        for (int i = 10; i < 23; i++) {
            exam.enterStep("E" + i, SimulatedExam.now());
        }
        exam.await(Status.WAITING, 13);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.browser().click("#select-all");
            page.browser().click("#bulk [data-order='ACCEPT']");
            page.awaitText("#order-title", "Accept 13 examinees as done?");
            assertThat(page.browser().script("return document.querySelectorAll('#order-reasons :checked').length"))
                    .isEqualTo(0L);
            page.browser().click("#order-confirm");
            page.awaitText("#order-missing", "Please choose a reason.");
            page.browser().click("#order-reasons label:first-child");
            page.browser().click("#order-confirm");
            page.awaitText("#order-count-wrong", "Type 13 to accept them.");
            page.browser().see("#order-count-field").sendKeys("12", Keys.ENTER);
            page.awaitText("#order-count-wrong", "Type 13 to accept them.");
            page.assertNoPageDefects("the number does not match");
            assertThat(exam.count(Status.WAITING)).isEqualTo(13);
            new PageClock(page.browser()).stop();
            page.browser().see("#order-count-field").sendKeys(Keys.BACK_SPACE, "3", Keys.ENTER);
            page.awaitBatch("Accept: applied to 13.");
            exam.await(Status.COMPLETED, 13);
        }
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            page.openDetails("E10");
            page.browser().click("#details [data-order='ACCEPT']");
            page.browser().see("#order");
            page.browser().awaitGone("#order-count");
        }
    }

    @Test
    void givesOrderByKeyboard() {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitCount("ALL", 1);
            page.browser().script("document.getElementById('select-all').focus()");
            page.press(Keys.TAB, Keys.ENTER);
            page.awaitText("#details-title", "E1");
            page.browser().tabTo("#details [data-order='ACCEPT']");
            page.press(Keys.ENTER);
            page.browser().see("#order");
            page.browser().tabTo("#order-reasons input");
            page.press(Keys.SPACE, Keys.ARROW_DOWN);
            page.browser().tabTo("#order-confirm");
            page.press(Keys.ENTER);
            exam.await(Status.COMPLETED, 1);
            assertThat(exam.record("E1").path("acceptedReason").asString()).isEqualTo("Examinee has no working phone.");
        }
    }
}
