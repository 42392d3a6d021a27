package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.Jpegs;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The proctor's board, whatever servers it runs against. */
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ProctorPageContract {

    private static final AtomicInteger PLANS = new AtomicInteger();

    private Program program;
    private Exam exam;

    /** {@code spring.rabbitmq.*} of the program's broker. */
    abstract Map<String, String> broker(Program program);

    abstract Program start();

    @BeforeAll
    void startProgram() {
        program = start();
    }

    @AfterAll
    void stopProgram() {
        if (program != null) {
            program.close();
        }
    }

    @BeforeEach
    void newExam() {
        exam = new Exam("B" + PLANS.incrementAndGet(), program.web(), broker(program));
    }

    @AfterEach
    void closeExam() {
        exam.close();
    }

    Program program() {
        return program;
    }

    Exam exam() {
        return exam;
    }

    ProctorPage open(Browser.Options options, String proctor) {
        return ProctorPage.open(program, options, proctor, exam.plan());
    }

    @Test
    void theBoardIsFilledAndFollows() {
        exam.waitInTurn("E1", "E2");
        exam.completes("E3", "M3", Exam.now());
        exam.await(Status.COMPLETED, 1);
        try (ProctorPage page = open(Browser.Options.laptop("en"), "kim")) {
            assertThat(page.count("ALL")).isEqualTo(3);
            assertThat(page.count("WAITING")).isEqualTo(2);
            assertThat(page.examinees()).containsExactly("E1", "E2", "E3");
            assertThat(page.row("E1")).contains("Waiting", "The code is not scanned yet.");

            exam.pairs("E1", "M1");
            page.awaitRow("E1", "Phone connected");
            exam.fails("E2", "M2", ErrorCode.CAPTURE_TOO_LARGE, Exam.now());
            page.awaitRow("E2", "The picture is too large.");
            exam.waits("E4", Exam.now());
            page.awaitCount("ALL", 4);
            page.awaitExaminees(List.of("E2", "E1", "E4", "E3")::equals);
            page.awaitText("#alerts-count", "1");

            exam.uploads("E1", "M1", Jpegs.picture(1));
            page.awaitRow("E1", "Done");
            page.awaitCount("COMPLETED", 2);
            page.awaitExaminees(List.of("E2", "E4", "E1", "E3")::equals);
            page.assertSound("board");
        }
    }

    @Test
    void severalProctorsSeeEachOthersOrdersAtOnce() {
        exam.waitInTurn("E1", "E2", "E3");
        exam.uploads("E1", "M1", Jpegs.picture(2));
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
    void aPictureIsSeenInFullAndSmall() {
        exam.uploads("E1", "M1", Jpegs.picture(3));
        exam.uploads("E2", "M2", Jpegs.picture(4));
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
            assertThat(isLetGo(page, first)).as("the full picture is let go").isEqualTo(true);

            page.setting("with-pictures", true);
            page.browser().see(".row[data-id='E1'] img[src^='blob:']");
            page.browser().see(".row[data-id='E2'] img[src^='blob:']");
            page.assertSound("pictures in the list");
            page.browser().reload();
            page.awaitLive().browser().see(".row[data-id='E1'] img[src^='blob:']");
        }
    }

    private static boolean isLetGo(ProctorPage page, String url) {
        return Boolean.TRUE.equals(page.browser()
                .driver()
                .executeAsyncScript(
                        "const done = arguments[1]; const image = new Image(); image.onload = () => done(false);"
                                + " image.onerror = () => done(true); image.src = arguments[0]",
                        url));
    }
}
