package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.Status;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;

/** The board in windows between a small laptop and a large screen. */
@Tag("slow")
@NeedsChromium
class ProctorLayoutIT extends ProctorPageFixture {

    /** What is wrong with the header: labels on several lines, parts that overlap or leave the window, buttons without a name. */
    private static final String HEADER_DEFECTS = """
            const range = new Range();
            const lines = (element) => {
              range.selectNodeContents(element);
              return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
            };
            const box = (css) => document.querySelector(css).getBoundingClientRect();
            const defects = [];
            for (const button of document.querySelectorAll('#tools button')) {
              const label = button.querySelector('span');
              if (label.offsetWidth > 1 && lines(label) > 1) defects.push(`${label.textContent} is on ${lines(label)} lines`);
              if (!label.textContent.trim() || !button.title) defects.push(`${button.id} has no name`);
            }
            const last = [...document.querySelectorAll('#brand > *')].filter((part) => part.offsetWidth > 1).at(-1);
            if (last.getBoundingClientRect().right > box('#tools').left) defects.push('the sides overlap');
            if (box('#tools').right > innerWidth) defects.push('the tools leave the window');
            return defects.join(', ');
            """;

    private static final int TITLE_WIDTH = 1280;
    private static final int LABELS_WIDTH = 1100;

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void keepsHeaderOnOneLine(String language) {
        exam.enterStep("E1", SimulatedExam.now());
        exam.await(Status.WAITING, 1);
        try (ProctorPage page = open(BrowserOptions.laptop(language), "kim.minjun.seoul-07")) {
            page.awaitCount("ALL", 1);
            for (int width : new int[] {910, 1000, 1099, 1100, 1200, 1279, 1280, 1440}) {
                resize(page, width);
                String at = language + " at " + width;
                assertThat(page.browser().script(HEADER_DEFECTS)).as(at).isEqualTo("");
                assertThat(isShown(page, "#brand h1")).as(at).isEqualTo(width >= TITLE_WIDTH);
                assertThat(isShown(page, "#settings-button span")).as(at).isEqualTo(width >= LABELS_WIDTH);
                page.browser().screenshot("layout/header-" + width + "-" + language);
            }
            page.assertNoPageDefects("header");
        }
    }

    private static void resize(ProctorPage page, int width) {
        page.browser().resize(new Dimension(width, 800));
    }

    private static boolean isShown(ProctorPage page, String css) {
        return Boolean.TRUE.equals(
                page.browser().script("return document.querySelector(arguments[0]).offsetWidth > 1", css));
    }
}
