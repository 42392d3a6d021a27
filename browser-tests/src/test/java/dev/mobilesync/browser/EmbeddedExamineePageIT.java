package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As it is without an exam platform: tokens in links, and nowhere to go afterwards. */
class EmbeddedExamineePageIT extends ExamineePageContract {

    @Override
    Program program() {
        return Program.embedded(Map.of());
    }

    @Override
    boolean stays() {
        return true;
    }

    @Test
    void withoutATokenItSaysWhereToGetOne() {
        try (Browser browser = Browser.open(Browser.Options.laptop("ko"))) {
            browser.go(program.web() + "/exam/mobile-sync");
            ExamineePage page = new ExamineePage(browser).awaitPhase("noAccess");
            assertThat(page.headline()).isEqualTo("시험 화면에서 열어 주세요");
            lookAt(browser, page, "noAccess", "ko");
        }
    }

    @Test
    void anAccessThatHasEndedIsToldInPlainWords() {
        String token = TestTokens.mint(Map.of(
                "role",
                "examinee",
                "plan",
                PLAN,
                "examinee",
                anybody(),
                "exp",
                Date.from(Instant.now().plusSeconds(8))));
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(program.page("/exam/mobile-sync", token));
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan").awaitPhase("ended");
            assertThat(page.headline()).isEqualTo("Your access has ended");
            lookAt(browser, page, "ended", "en");

            // It cannot get better here; it must not get worse either.
            browser.click("#again");
            page.awaitPhase("ended");
        }
    }

    @Test
    void anAcceptanceByHandEndsTheStepToo() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            order(examinee, "{\"order\":\"ACCEPT\",\"reason\":\"phone broken, seen by eye\"}");
            page.awaitPhase("completed");
            assertThat(page.steps()).isEqualTo("sssd");

            // And a proctor may think better of it.
            order(examinee, "{\"order\":\"RETAKE\",\"reason\":\"the phone works now\"}");
            page.awaitPhase("scan");
            browser.see("#retake-reason", "the phone works now");
            assertThat(phone().pair(page.code()).upload(Jpegs.picture(5))).isEqualTo(201);
            page.awaitPhase("completed");
            assertThat(page.steps()).isEqualTo("dddd");
        }
    }
}
