package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.JsonNode;

/** The proctor's board, including service outages. */
@Tag("slow")
@NeedsChromium
class ProctorPageIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(45);

    private RunningApplication application;
    private ExamDriver exam;

    @BeforeEach
    void newExam() {
        application = RunningApplication.sharedServices();
        exam = new ExamDriver(application);
    }

    @AfterEach
    void closeExam() {
        exam.close();
    }

    private ProctorPage open(Browser.Options options, String proctor) {
        return ProctorPage.open(application, options, proctor, exam.plan());
    }

    @Test
    void loadsRecordsAndFollowsUpdates() {
        exam.enterStepInOrder("E1", "E2");
        exam.complete("E3", "M3", ExamDriver.now());
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            assertThat(page.count("ALL")).isEqualTo(3);
            assertThat(page.count("WAITING")).isEqualTo(2);
            assertThat(page.examinees()).containsExactly("E1", "E2", "E3");
            assertThat(page.row("E1")).contains("Waiting", "The code is not scanned yet.");

            exam.pair("E1", "M1");
            page.awaitRow("E1", "Phone connected");
            exam.fail("E2", "M2", ErrorCode.CAPTURE_TOO_LARGE, ExamDriver.now());
            page.awaitRow("E2", "The picture is too large.");
            exam.enterStep("E4", ExamDriver.now());
            page.awaitCount("ALL", 4);
            page.awaitExaminees(List.of("E2", "E1", "E4", "E3")::equals);
            page.awaitText("#alerts-count", "1");

            exam.upload("E1", "M1", Jpegs.picture(1));
            page.awaitRow("E1", "Done");
            page.awaitCount("COMPLETED", 2);
            page.awaitExaminees(List.of("E2", "E4", "E1", "E3")::equals);
            page.assertSound("board");
        }
    }

    @Test
    void namesExamineesWithUnreadableRecords() {
        exam.enterStepInOrder("E1", "E2");
        exam.makeUnreadable("E2");
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            page.awaitText("#banner-text", "Unreadable records: 1 (E2).");
            assertThat(page.examinees()).containsExactly("E1");
            page.assertSound("unreadable");
            page.chooseLanguage("ko");
            page.awaitText("#banner-text", "수험자 1명의 기록을 읽을 수 없습니다: E2.");
        }
    }

    @Test
    void showsOrdersOfOtherProctors() {
        exam.enterStepInOrder("E1", "E2", "E3");
        exam.upload("E1", "M1", Jpegs.picture(2));
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage kim = open(Browser.Options.laptop("ko"), "kim");
                ProctorPage lee = open(Browser.Options.laptop("en"), "lee")) {
            for (ProctorPage page : List.of(kim, lee)) {
                page.browser().click("#alerts-button");
            }
            kim.orderFor("E1", "RETAKE");
            lee.awaitText("#activity", "kim · Retake");
            lee.awaitRow("E1", "Retake: Your face cannot be seen.");
            kim.awaitText("#activity", "나 · 다시 찍기");
            kim.awaitText("#batches", "다시 찍기: E1 반영되었습니다.");

            lee.orderFor("E2", "EXTEND");
            kim.awaitText("#activity", "lee · 시간 연장");
            kim.awaitRow("E2", "lee 시간 연장: 네트워크 문제");

            lee.orderFor("E3", "ACCEPT");
            kim.awaitRow("E3", "lee 승인: 직접 확인했습니다.");
            kim.awaitText("#activity", "lee · 직접 승인");
            lee.awaitRow("E3", "Accepted by You: Seen in person.");
            assertThat(exam.record("E3").path("acceptedBy").asString()).isEqualTo("lee");
            assertThat(exam.record("E2").path("lastOrder").path("by").asString())
                    .isEqualTo("lee");
            kim.openDetails("E3");
            assertThat(kim.browser().see("#facts").getText()).contains("lee: 직접 확인했습니다.");
            kim.assertSound("details");
            lee.assertSound("panel");
        }
    }

    @Test
    void showsThumbnailAndFullPicture() {
        exam.upload("E1", "M1", Jpegs.picture(3));
        exam.upload("E2", "M2", Jpegs.picture(4));
        exam.await(Status.COMPLETED, 2);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            assertThat(page.browser().script("return document.querySelectorAll('.row img[src]').length"))
                    .isEqualTo(0L);
            page.openDetails("E1");
            page.browser().see("#picture-image");
            assertThat(page.browser().script("return document.getElementById('picture-image').naturalWidth"))
                    .isEqualTo(1280L);
            String first = String.valueOf(page.browser().see("#picture-image").getAttribute("src"));
            page.assertSound("picture");
            page.browser().click("#details-next");
            page.awaitText("#details-title", "E2");
            page.closeDetails();
            assertThat(isReleased(page, first))
                    .as("the full picture is released")
                    .isEqualTo(true);

            page.setting("with-pictures", true);
            page.browser().see(".row[data-id='E1'] img[src^='blob:']");
            page.browser().see(".row[data-id='E2'] img[src^='blob:']");
            page.assertSound("pictures in the list");
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
        try (ProctorPage page = open(Browser.Options.laptop("ko"), "kim")) {
            application.kill(RunningApplication.SOCKET);
            try {
                page.awaitText("#banner", "연결이 끊겼습니다.");
                page.browser().see("#page.stale");
                exam.fail("E2", "M2", ErrorCode.CAPTURE_STORE_FAILED, ExamDriver.now());
                exam.complete("E3", "M3", ExamDriver.now());
                exam.enterStep("E4", ExamDriver.now());
                exam.await(Status.FAILED, 1);
                assertThat(page.row("E2")).contains("대기 중");
                page.search("E2");
                page.awaitExaminees(List.of("E2")::equals);
                page.search("");
                page.assertSound("lost");

                // Orders are disabled without a connection.
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
            page.awaitRow("E2", "사진을 저장하지 못했습니다.");
            page.awaitRow("E3", "완료");
            page.awaitRow("E1", "나 시간 연장");
            page.awaitText("#alerts-count", "1");
            exam.pair("E4", "M4");
            page.awaitRow("E4", "휴대전화 연결됨");
        }
    }

    @Test
    void reportsOrderWithoutEffect() {
        exam.enterStep("E1", ExamDriver.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            application.kill(RunningApplication.STATE);
            try {
                page.orderFor("E1", "ACCEPT");
                page.awaitText("#batches", "no effect was seen for 1");
                page.awaitText("#batches", "E1");
                page.assertSound("no effect");
            } finally {
                application.restart(RunningApplication.STATE);
            }
            page.awaitRow("E1", "Accepted by You");
            page.browser().click("#batches .batch button:last-of-type");
            page.browser().awaitGone("#batches .batch");
        }
    }

    @Test
    void ordersRetakesForSelection() {
        for (int i = 10; i < 40; i++) {
            exam.enterStep("E" + i, ExamDriver.now());
        }
        exam.complete("E10", "M10", ExamDriver.now());
        exam.await(Status.WAITING, 29);
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            page.browser().click("#select-all");
            page.awaitText("#bulk-count", "30 selected");
            page.assertSound("selection");
            page.browser().click("#bulk [data-order='EXTEND']");
            page.awaitText("#order-title", "Give 29 examinees more time?");
            page.awaitText("#order-left-out", "Done already, and left out: 1.");
            page.browser().click("#order-minutes label:last-child");
            page.awaitText("#order-deadline", "10 minutes");
            page.browser().click("#order-reasons label:last-child");
            page.browser().click("#order-confirm");
            page.awaitText("#order-missing", "Please write a reason.");
            page.assertSound("a reason is missing");
            page.browser().see("#order-own").sendKeys("The fire alarm");
            page.browser().click("#order-confirm");
            page.awaitText("#batches", "More time: took effect for 29.");
            page.awaitRow("E20", "More time by You: The fire alarm");
            page.browser().awaitGone("#bulk");
            assertThat(exam.record("E39").path("lastOrder").path("reason").asString())
                    .isEqualTo("The fire alarm");
        }
    }

    @Test
    void findsExamineesBySearch() {
        for (int i = 0; i < 30; i++) {
            exam.complete("E1" + i, "PHONE-" + (i + 7), ExamDriver.now());
        }
        exam.enterStep("Kim_7", ExamDriver.now());
        exam.await(Status.COMPLETED, 30);
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            page.search("phone-8");
            page.awaitExaminees(List.of("E11")::equals);
            page.awaitText("#shown", "1 of 31");
            page.search("kim");
            page.awaitExaminees(List.of("Kim_7")::equals);
            page.filter("COMPLETED");
            page.awaitText("#empty", "Nobody matches.");
            page.assertSound("nobody matches");
            page.browser().click("#show-all");
            page.awaitText("#shown", "Examinees: 31");
            page.filter("WAITING");
            page.awaitExaminees(List.of("Kim_7")::equals);
        }
    }

    @Test
    void holdsRowOrderUnderPointer() {
        exam.enterStepInOrder("E1", "E2", "E3");
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            page.pointAt("E1");
            page.awaitText("#held", "Order held");
            exam.fail("E3", "M3", ErrorCode.CAPTURE_NOT_AN_IMAGE, ExamDriver.now());
            page.awaitRow("E3", "Failed");
            page.awaitText("#held", "1 changed");
            assertThat(page.examinees()).containsExactly("E1", "E2", "E3");
            page.assertSound("held");
            page.browser().click("#release");
            page.awaitExaminees(List.of("E3", "E1", "E2")::equals);

            page.pointAt("E1");
            exam.fail("E2", "M2", ErrorCode.CAPTURE_NOT_AN_IMAGE, ExamDriver.now());
            page.awaitRow("E2", "Failed");
            page.pointAway();
            page.awaitExaminees(List.of("E3", "E2", "E1")::equals);
            page.browser().awaitGone("#held");
        }
    }

    @Test
    void announcesNewProblems() {
        exam.enterStepInOrder("E1", "E2");
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            page.setting("sound", true);
            page.browser().script("""
                    window.tones = 0;
                    const start = OscillatorNode.prototype.start;
                    OscillatorNode.prototype.start = function (...when) { window.tones++; return start.apply(this, when); };
                    """);
            exam.timeOut("E2");
            page.awaitText("#alerts-count", "1");
            await().atMost(TIMEOUT)
                    .until(() -> page.browser().script("return window.tones"), (Object n) -> n.equals(2L));
            assertThat(page.browser().driver().getTitle()).startsWith("(1) ");
            await().atMost(TIMEOUT)
                    .until(
                            () -> page.browser().script("return document.getElementById('say-loud').textContent"),
                            "E2: No picture came in time."::equals);
            page.browser().click("#alerts-button");
            page.awaitText("#alerts", "E2");
            page.awaitText("#alerts", "Timed out");
            page.browser().awaitGone("#alerts-count");
            page.assertSound("alerts");
            page.filter("WAITING");
            page.awaitExaminees(List.of("E1")::equals);
            page.browser().click("#alerts .line");
            await().atMost(TIMEOUT).until(page::focused, "E2"::equals);

            page.browser().reload();
            page.awaitLive().browser().click("#settings-button");
            assertThat(page.browser().see("#sound").isSelected()).isTrue();
            page.assertSound("settings");
        }
    }

    @Test
    void updatesAgesAndTimeLeft() {
        exam.enterStep("E1", ExamDriver.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            int age = page.seconds("E1", "age");
            int left = page.seconds("E1", "left");
            // The deadline starts when the wait is processed, the age when it was sent; time also passes between the
            // two reads.
            JsonNode record = exam.record("E1");
            int whole = (int) Duration.between(
                            Instant.parse(record.path("timestamp").asString()),
                            Instant.parse(record.path("deadline").asString()))
                    .toSeconds();
            assertThat(left).isBetween(whole - page.seconds("E1", "age") - 2, whole - age + 1);
            await().atMost(TIMEOUT).until(() -> page.seconds("E1", "age") >= age + 2);
            assertThat(page.seconds("E1", "left")).isBetween(left - 60, left - 1);

            page.orderFor("E1", "EXTEND");
            page.awaitRow("E1", "More time by You");
            assertThat(page.seconds("E1", "left")).isGreaterThan(left + 120);
        }
    }

    @Test
    void givesOrderByKeyboard() {
        exam.enterStep("E1", ExamDriver.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            page.awaitCount("ALL", 1);
            page.browser().script("document.getElementById('select-all').focus()");
            page.press(Keys.TAB, Keys.ENTER);
            page.awaitText("#details-title", "E1");
            page.browser().tabTo("#details [data-order='ACCEPT']");
            page.press(Keys.ENTER);
            page.browser().see("#order");
            page.browser().tabTo("#order-reasons input:checked");
            page.press(Keys.ARROW_DOWN);
            page.browser().tabTo("#order-confirm");
            page.press(Keys.ENTER);
            exam.await(Status.COMPLETED, 1);
            assertThat(exam.record("E1").path("acceptedReason").asString()).isEqualTo("There is no phone to use.");
        }
    }

    @Test
    void worksWithKeyboardOnly() {
        for (int i = 0; i < 300; i++) {
            exam.complete("E%03d".formatted(i), "M" + i, ExamDriver.now());
        }
        exam.await(Status.COMPLETED, 300);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            assertThat(page.browser().see("#grid").getAttribute("aria-rowcount"))
                    .isEqualTo("301");
            page.browser().script("document.getElementById('select-all').focus()");
            page.press(Keys.TAB);
            assertThat(page.focused()).isEqualTo("E000");
            page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
            assertThat(page.focused()).isEqualTo("E002");
            page.press(Keys.END);
            await().atMost(TIMEOUT).until(page::focused, "E299"::equals);
            WebElement row = page.browser().driver().switchTo().activeElement();
            assertThat(row.getAttribute("aria-rowindex")).isEqualTo("301");
            assertThat(page.examinees()).isSorted().hasSizeLessThan(60);
            page.press(Keys.SPACE, Keys.ARROW_UP, Keys.SPACE);
            page.awaitText("#bulk-count", "2 selected");
            page.press(Keys.ENTER);
            page.awaitText("#details-title", "E298");
            page.press(Keys.ESCAPE);
            page.browser().awaitGone("#details");
            assertThat(page.focused()).isEqualTo("E298");
            page.press(Keys.ARROW_RIGHT);
            assertThat(page.browser().driver().switchTo().activeElement().getAccessibleName())
                    .isEqualTo("Select E298");
            page.press(Keys.HOME);
            await().atMost(TIMEOUT).until(page::focused, "E000"::equals);
        }
    }

    @Test
    void showsOnePlanInBothLanguages() {
        exam.enterStep("E1", ExamDriver.now());
        exam.await(Status.WAITING, 1);
        String other = exam.plan() + "-other";
        try (ProctorPage page = ProctorPage.open(application, Browser.Options.phone("ko"), "kim", exam.plan(), other)) {
            page.awaitRow("E1", "대기 중");
            page.assertSound("phone");
            page.chooseLanguage("en");
            page.awaitRow("E1", "Waiting");
            assertThat(page.browser().script("return document.documentElement.lang"))
                    .isEqualTo("en");
            page.setting("large", true);
            page.assertSound("large type on a phone");
            page.browser().see("#plans").sendKeys(other);
            page.browser().see("#empty", "Nobody is here yet.");
            assertThat(page.browser().driver().getCurrentUrl()).contains("plan=" + other);
            page.assertSound("nobody");
        }
    }

    /** Takes screenshots of 300 examinees in phone, laptop and wall size. */
    @Test
    void showsExamInProgress() {
        ExamFixture.seed(exam);
        String plan = exam.plan();
        try (ProctorPage page = ProctorPage.open(application, Browser.Options.laptop("en"), "kim", plan)) {
            page.assertSound("laptop");
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
                ProctorPage.open(application, Browser.Options.laptop("ko").withSize(Browser.WALL), "kim", plan)) {
            page.assertSound("wall");
            page.browser().screenshot("docs/proctor-wall");
            page.setting("large", true);
            page.assertSound("wall, large type");
            page.browser().screenshot("proctor-wall-large-ko");
        }
        try (ProctorPage page =
                ProctorPage.open(application, Browser.Options.phone("ko").inTheDark(), "kim", plan)) {
            page.assertSound("phone, dark");
            page.browser().screenshot("docs/proctor-phone");
            page.openDetails(page.examinees().get(0));
            page.assertSound("details on a phone");
            page.browser().screenshot("proctor-phone-details-ko");
        }
    }

    @Test
    void rejectsNonProctors() {
        try (Browser browser = Browser.open(Browser.Options.laptop("ko"))) {
            browser.go(application.web() + "/proctor");
            browser.see("#closed", "시험 플랫폼의 감독관 메뉴에서");
            assertThat(browser.accessibilityFindings()).isEmpty();
            browser.go("about:blank");
            browser.go(application.page("/proctor", TestTokens.examinee("B0", "E1")));
            browser.see("#closed", "이 링크로는 감독 화면을 볼 수 없습니다.");
        }
    }
}
