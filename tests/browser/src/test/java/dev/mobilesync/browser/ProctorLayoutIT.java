package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ErrorCode;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;

/** The board in windows between a small laptop and a large screen. */
@Tag("slow")
@NeedsChromium
class ProctorLayoutIT extends ProctorPageFixture {

    /** What is wrong with the header: labels on several lines, parts that overlap or leave the window, a cut plan or proctor, buttons without a name. */
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
            for (const id of ['plan-name', 'who']) {
              const { scrollWidth, clientWidth } = document.getElementById(id);
              if (!clientWidth || scrollWidth > clientWidth) defects.push(`${id} is cut`);
            }
            if (box('#tools').right > innerWidth) defects.push('the tools leave the window');
            return defects.join(', ');
            """;

    /** What is cut in the columns' titles, which cards hide, and in the visible rows. The point beside the right edge of a Details button must belong to it. */
    private static final String ROW_DEFECTS = """
            const bottom = document.getElementById('grid').getBoundingClientRect().bottom;
            const isCut = (element) => element.offsetWidth > 1
              && (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight + 1);
            const isTitle = (element) => getComputedStyle(element).clipPath === 'none';
            const defects = [...document.querySelectorAll('#head > [data-t]')]
              .filter((element) => isTitle(element) && isCut(element)).map(({ innerText }) => innerText);
            for (const row of document.querySelectorAll('.row')) {
              if (row.getBoundingClientRect().bottom > bottom) continue;
              const { id } = row.dataset;
              const button = row.querySelector('.c-open button');
              const { right, y, height } = button.getBoundingClientRect();
              if (!button.contains(document.elementFromPoint(right - 2, y + height / 2)) || isCut(button)) defects.push(`${id}: button`);
              for (const column of ['id', 'status', 'age', 'left', ...arguments[0]]) {
                if (isCut(row.querySelector(`.c-${column}`))) defects.push(`${id}: ${column}`);
              }
            }
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

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void cutsNoDetailsButton(String language) {
        seed();
        try (ProctorPage page = open(BrowserOptions.laptop(language), "kim")) {
            page.awaitCount("FAILED", 1);
            page.browser().see("#page.with-names");
            page.browser().click("#alerts-button");
            page.setting("with-pictures", true);
            for (boolean panel : new boolean[] {true, false}) {
                for (int width = 901; width <= 1601; width += 50) {
                    resize(page, width);
                    awaitNoDefect(page, List.of(), language + " at " + width + (panel ? " with the panel" : ""));
                    if (width % 200 == 101) {
                        page.browser().screenshot("layout/rows-" + width + (panel ? "-panel-" : "-") + language);
                    }
                }
                page.assertNoPageDefects("rows");
                page.browser().click("#alerts-button");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ko", "en"})
    void cutsNoNoteBesidePanel(String language) {
        seed();
        try (ProctorPage page = open(BrowserOptions.laptop(language), "kim")) {
            page.awaitCount("FAILED", 1);
            page.browser().click("#alerts-button");
            awaitNoDefect(page, List.of("note"), language);
            page.browser().screenshot("layout/notes-" + language);
            page.setting("large", true);
            page.browser().screenshot("layout/notes-large-" + language);
        }
    }

    /** One examinee in each state, most with a name; each note of the board. */
    private void seed() {
        exam.enterStepWithName("E100001", "김지우");
        exam.enterStepWithName("E100002", "Alexandra Kim");
        for (int i = 3; i <= 8; i++) {
            exam.enterStep("E10000" + i, SimulatedExam.now());
        }
        exam.upload("E100009", "M9", FakeCameraImage.jpeg(9));
        exam.await(Status.WAITING, 8);
        exam.pair("E100002", "phone-3f9c2d1a");
        exam.fail("E100003", "M3", ErrorCode.CAPTURE_TRANSFER_FAILED, SimulatedExam.now());
        exam.accept("E100004", "kim", "Verified manually.");
        exam.extend("E100005", Duration.ofMinutes(9));
        exam.orderRetake("E100006", "lee", "두 손 또는 키보드가 보이지 않습니다.");
        exam.orderByPlatform("E100007", Order.EXTEND, "slow network", "lms");
        exam.timeOut("E100008");
    }

    private static void awaitNoDefect(ProctorPage page, List<String> columns, String where) {
        await(where).atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        page.browser().script(ROW_DEFECTS, columns))
                .as(where)
                .isEqualTo(""));
    }

    private static void resize(ProctorPage page, int width) {
        page.browser().resize(new Dimension(width, 800));
    }

    private static boolean isShown(ProctorPage page, String css) {
        return Boolean.TRUE.equals(
                page.browser().script("return document.querySelector(arguments[0]).offsetWidth > 1", css));
    }
}
