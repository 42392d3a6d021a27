package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The board without a mouse, and in forced colors. */
@Tag("slow")
@NeedsChromium
class ProctorAccessibilityIT extends ProctorPageFixture {

    @Test
    void skipsToExaminees() {
        exam.enterStepInOrder("E1");
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            page.awaitRow("E1", "대기 중");
            page.press(Keys.TAB);
            page.browser().see("#skip:focus", "수험자 목록으로 건너뛰기");
            page.assertNoPageDefects("skip link");
            page.press(Keys.ENTER, Keys.TAB, Keys.TAB);
            assertThat(page.focused()).isEqualTo("E1");
        }
    }

    @Test
    void showsActiveFilterInForcedColors() {
        exam.enterStepInOrder("E1");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.browser().prefer(Colors.FORCED);
            page.filter("WAITING");
            await().atMost(TIMEOUT).until(() -> !background(page, "WAITING").equals(background(page, "FAILED")));
            page.filter("WAITING");
            page.pointAway();
            await().atMost(TIMEOUT).until(() -> background(page, "WAITING").equals(background(page, "FAILED")));
        }
    }

    private static String background(ProctorPage page, String status) {
        return String.valueOf(page.browser()
                .script(
                        "return getComputedStyle(document.querySelector(arguments[0])).backgroundColor",
                        "#counts [data-status='" + status + "']"));
    }
}
