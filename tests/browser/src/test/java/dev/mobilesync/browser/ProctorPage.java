package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The proctor's page. */
final class ProctorPage implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** Collects what the page says of the progress of orders and messages, because it says it for some seconds only. */
    private static final String COLLECT_BATCHES = """
            window.batchTexts = '';
            const batches = document.getElementById('batches');
            new MutationObserver(() => (window.batchTexts += `${batches.textContent}\\n`))
              .observe(batches, { childList: true, characterData: true, subtree: true });
            """;

    private static final Pattern DURATION = Pattern.compile("(?:(\\d+) min )?(\\d+) s");

    private final Browser browser;

    private ProctorPage(Browser browser) {
        this.browser = browser;
    }

    /** Opens the board in a separate browser and waits until it has loaded and is live. */
    static ProctorPage open(RunningApplication application, BrowserOptions options, String proctor, String... plans) {
        Browser browser = Browser.open(options);
        try {
            return in(browser, application.proctorPage(proctor, plans));
        } catch (RuntimeException | Error e) {
            browser.close();
            throw e;
        }
    }

    /** Opens the board in this browser and waits until it has loaded and is live. */
    static ProctorPage in(Browser browser, String address) {
        browser.go(address);
        ProctorPage page = new ProctorPage(browser).awaitLive();
        browser.script(COLLECT_BATCHES);
        return page;
    }

    Browser browser() {
        return browser;
    }

    ProctorPage awaitLive() {
        browser.see("#page[data-connection='live']");
        return this;
    }

    /** The count on the filter button of this state; {@code ALL} for all. */
    int count(String status) {
        return Integer.parseInt(
                textOf("#counts [data-status='" + status + "'] strong").replace(",", ""));
    }

    void awaitCount(String status, int count) {
        await(status).atMost(TIMEOUT).until(() -> count(status), found -> found == count);
    }

    /** The examinees in display order. */
    List<String> examinees() {
        Object ids =
                browser.script("return [...document.querySelectorAll('.row')].map(row => row.dataset.id).join(' ')");
        return List.of(String.valueOf(ids).split(" ", -1));
    }

    void awaitExaminees(Predicate<List<String>> expected) {
        await().atMost(TIMEOUT).until(this::examinees, expected);
    }

    String row(String examinee) {
        return String.valueOf(browser.script(
                "return document.querySelector('.row[data-id=\"' + arguments[0] + '\"]')?.innerText ?? ''", examinee));
    }

    void awaitRow(String examinee, String text) {
        await(examinee + " says " + text).atMost(TIMEOUT).until(() -> row(examinee), found -> found.contains(text));
    }

    void awaitText(String css, String text) {
        browser.see(css, text);
    }

    /** Waits for the text of an order's or a message's progress since the board was opened. */
    void awaitBatch(String text) {
        await(text)
                .atMost(TIMEOUT)
                .until(() -> String.valueOf(browser.script("return batchTexts")), found -> found.contains(text));
    }

    /** In one script, because the page draws rows again at any time. */
    private String textOf(String css) {
        browser.see(css);
        return String.valueOf(browser.script("return document.querySelector(arguments[0]).innerText.trim()", css));
    }

    /** The English text of {@code age} or {@code left} in this row. */
    int seconds(String examinee, String column) {
        String text = textOf(".row[data-id='" + examinee + "'] .c-" + column);
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new AssertionError(column + " of " + examinee + ": " + text);
        }
        return 60 * (parts.group(1) == null ? 0 : Integer.parseInt(parts.group(1))) + Integer.parseInt(parts.group(2));
    }

    void openDetails(String examinee) {
        String cell = ".row[data-id='" + examinee + "'] .c-id";
        browser.see(cell);
        // In one script, because rows move.
        browser.script("document.querySelector(arguments[0]).click()", cell);
        browser.see("#details-title", examinee);
    }

    void closeDetails() {
        browser.click("#details-close");
        browser.awaitGone("#details");
    }

    /** Gives an order from an open dialog or the selection bar, with the first suggested reason. */
    void order(String where, String kind) {
        browser.click(where + " [data-order='" + kind + "']");
        browser.see("#order");
        browser.click("#order-reasons label:first-child");
        browser.click("#order-confirm");
        browser.awaitGone("#order");
    }

    void orderFor(String examinee, String kind) {
        openDetails(examinee);
        order("#details", kind);
        closeDetails();
    }

    void search(String text) {
        WebElement field = browser.see("#search");
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE, text);
    }

    void filter(String status) {
        browser.click("#counts [data-status='" + status + "']");
    }

    /** Moves the pointer away from the rows, which releases the sort hold. */
    void pointAway() {
        new Actions(browser.driver()).moveToElement(browser.see("#brand")).perform();
        browser.script("document.activeElement?.blur()");
    }

    void pointAt(String examinee) {
        new Actions(browser.driver())
                .moveToElement(browser.see(".row[data-id='" + examinee + "'] .c-id"))
                .perform();
    }

    void press(CharSequence... keys) {
        browser.press(keys);
    }

    /** The focused row, if any. */
    String focused() {
        return String.valueOf(browser.script("return document.activeElement?.closest('.row')?.dataset.id ?? ''"));
    }

    void setting(String id, boolean on) {
        browser.click("#settings-button");
        WebElement box = browser.see("#" + id);
        if (box.isSelected() != on) {
            box.click();
        }
        press(Keys.ESCAPE);
        browser.awaitGone("#settings");
    }

    void chooseLanguage(String language) {
        browser.click("#settings-button");
        browser.click("#settings [data-language='" + language + "']");
        press(Keys.ESCAPE);
        browser.awaitGone("#settings");
    }

    /** Asserts that there are no accessibility violations, script errors or horizontal overflow. */
    void assertNoPageDefects(String state) {
        assertThat(browser.accessibilityFindings()).as(state).isEmpty();
        assertThat(browser.scriptErrors()).as(state).isEmpty();
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                .as(state + ": nothing is wider than the screen")
                .isEqualTo(true);
    }

    /** Asserts that the search field is wide enough for its placeholder, beside the button that clears it. */
    void assertPlaceholderFits() {
        Object room = browser.script("""
                const field = document.getElementById('search');
                const style = getComputedStyle(field);
                const canvas = document.createElement('canvas').getContext('2d');
                canvas.font = style.font;
                const button = 1.25 * parseFloat(style.fontSize);
                const inner = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - button;
                return Math.floor(inner - canvas.measureText(field.placeholder).width);
                """);
        assertThat((Long) room).as("room for the placeholder").isNotNegative();
    }

    List<String> texts(String css) {
        Object texts = browser.script(
                "return [...document.querySelectorAll(arguments[0])].map((element) => element.innerText)", css);
        return texts instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    @Override
    public void close() {
        browser.close();
    }
}
