package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

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

    @ParameterizedTest
    @ValueSource(longs = {-3_600_000, 3_600_000})
    void aWrongClockDoesNotMatter(long off) {
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.devTools(
                    "Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                    (() => {
                      const Right = Date;
                      globalThis.Date = class extends Right {
                        constructor(...given) { super(...(given.length ? given : [Right.now() + OFF])); }
                        static now() { return Right.now() + OFF; }
                      };
                    })();
                    """.replace("OFF", "(" + off + ")")));
            browser.go(program.examineePage(PLAN, anybody()));
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");

            assertThat(page.secondsLeft()).isBetween(200, 300);
            String code = page.code();
            await("the code stays")
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> page.code().equals(code));
            phone().pair(code);
            page.awaitPhase("paired");
        }
    }

    @Test
    void theLanguageCanBeChangedAndStays() {
        try (Browser browser = openPage(anybody(), Browser.Options.laptop("ko"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            assertThat(page.headline()).isEqualTo("휴대전화로 코드를 찍어 주세요");
            browser.click("[data-language=en]");
            assertThat(page.headline()).isEqualTo("Scan this code with your phone");
            assertThat(browser.script("return document.documentElement.lang")).isEqualTo("en");
            browser.reload();
            page.awaitPhase("scan");
            assertThat(page.headline()).isEqualTo("Scan this code with your phone");
        }
    }

    @Test
    void whoeverIsNoExamineeIsToldSo() {
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(program.page("/exam/mobile-sync", TestTokens.proctor("kim", PLAN)));
            ExamineePage page = new ExamineePage(browser).awaitPhase("wrongRole");
            assertThat(browser.accessibilityFindings()).isEmpty();

            // A link in the same window changes the fragment only.
            browser.go(program.examineePage(PLAN, anybody()));
            page.awaitPhase("scan");
            assertThat(browser.script("return location.hash")).isEqualTo("");
        }
    }

    @Test
    void allOfItWorksByKeyboard() {
        String examinee = anybody();
        try (Browser browser = openPage(examinee, Browser.Options.laptop("en"))) {
            ExamineePage page = new ExamineePage(browser).awaitPhase("scan");
            phone().pair(page.code());
            page.awaitPhase("paired");
            // Past the two languages to the one button.
            browser.script("document.querySelector('[data-language=en]').focus()");
            browser.press(Keys.TAB);
            assertThat(browser.driver().switchTo().activeElement().getAttribute("id"))
                    .isEqualTo("other");
            browser.press(Keys.ENTER);
            page.code();
            assertThat(browser.accessibilityFindings()).isEmpty();
        }
    }
}
