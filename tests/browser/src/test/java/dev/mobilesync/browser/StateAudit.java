package dev.mobilesync.browser;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;

/**
 * Runs axe-core on the named states of a page: in light, dark and forced colors, and in both languages. In the end each element that
 * the page's HTML hides must have been visible in a state, so that a new part of a page needs a state in its test.
 */
final class StateAudit {

    /** The ids of all elements that are hidden in the HTML as it is served. */
    private static final String HIDDEN_AT_FIRST = """
            const [done] = arguments;
            fetch(location.pathname).then((response) => response.text()).then((html) => {
              const served = new DOMParser().parseFromString(html, 'text/html');
              done([...served.querySelectorAll('[id][hidden], dialog, [popover]')].map(({ id }) => id));
            });
            """;

    private static final String VISIBLE =
            "return [...document.querySelectorAll('[id]')].filter((element) => element.checkVisibility()).map(({ id }) => id)";

    /** Replaces an element by a copy with another attribute, which the page's script does not change. */
    private static final String REPLACE = """
            const [element, attribute, value] = arguments;
            document.activeElement?.blur();
            const copy = element.cloneNode(true);
            copy.setAttribute(attribute, value);
            copy.setAttribute = () => {};
            Object.defineProperty(copy, 'dataset', { value: {} });
            window.replaced = { element, copy };
            element.replaceWith(copy);
            return copy;
            """;

    /** Whether no modal dialog covers the element. */
    private static final String IN_FRONT =
            "return [...document.querySelectorAll('dialog:modal')].at(-1)?.contains(arguments[0]) ?? true";

    private static final String RESTORE = "window.replaced.copy.replaceWith(window.replaced.element)";

    /** What must look different in forced colors: the current step, an active filter or button, a selected row or picture. */
    private static final List<Mark> MARKS = List.of(
            new Mark("#progress-items [data-mark=now]", "data-mark", "later"),
            new Mark("[aria-pressed=true]", "aria-pressed", "false"),
            new Mark("[aria-selected=true]", "aria-selected", "false"),
            new Mark(".tile.active", "class", "tile"));

    private record Mark(String css, String attribute, String other) {}

    private final String page;
    private final List<String> states = new ArrayList<>();
    private final Set<String> phases = new TreeSet<>();
    private final List<String> findings = new ArrayList<>();
    private @Nullable Set<String> unseen;

    /** @param page names the screenshots */
    StateAudit(String page) {
        this.page = page;
    }

    /** Audits what the browser shows now. */
    void check(Browser browser, String state) {
        states.add(state);
        Set<String> hidden = unseen;
        if (hidden == null) {
            hidden = unseen = new TreeSet<>(strings(browser.asyncScript(HIDDEN_AT_FIRST)));
        }
        hidden.removeAll(strings(browser.script(VISIBLE)));
        phases.add(
                String.valueOf(browser.script("return document.body.dataset.phase ?? document.body.dataset.screen")));
        for (Colors colors : Colors.values()) {
            browser.prefer(colors);
            audit(browser, state, colors.name().toLowerCase(Locale.ROOT));
        }
        findIndistinctMarks(browser, state);
        browser.prefer(Colors.LIGHT);
        String language = String.valueOf(browser.script("return document.documentElement.lang"));
        String other = language.equals("ko") ? "en" : "ko";
        browser.speak(other);
        audit(browser, state, other);
        browser.speak(language);
    }

    private void audit(Browser browser, String state, String variant) {
        browser.violations().forEach(violation -> findings.add(state + ", " + variant + ": " + violation));
        browser.screenshot("states/" + page + "-" + state.replace(' ', '-') + "-" + variant);
    }

    private void findIndistinctMarks(Browser browser, String state) {
        for (Mark mark : MARKS) {
            for (WebElement element : browser.driver().findElements(By.cssSelector(mark.css()))) {
                if (element.isDisplayed()
                        && Boolean.TRUE.equals(browser.script(IN_FRONT, element))
                        && looksTheSame(browser, element, mark)) {
                    findings.add(state + ", forced: indistinct " + element.getText() + " " + mark.css());
                }
            }
        }
    }

    private static boolean looksTheSame(Browser browser, WebElement element, Mark mark) {
        browser.script("document.activeElement?.blur()");
        String marked = element.getScreenshotAs(OutputType.BASE64);
        WebElement copy = (WebElement) browser.script(REPLACE, element, mark.attribute(), mark.other());
        try {
            return copy != null && marked.equals(copy.getScreenshotAs(OutputType.BASE64));
        } finally {
            browser.script(RESTORE);
        }
    }

    /** The page's phases or screens of the checked states. */
    Set<String> phases() {
        return phases;
    }

    /** @param neverShown ids of elements that are always hidden */
    void assertComplete(String... neverShown) {
        assertSoftly(softly -> {
            softly.assertThat(findings)
                    .as("findings in %d states: %s", states.size(), states)
                    .isEmpty();
            softly.assertThat(unseen).as("elements that no state shows").containsExactlyInAnyOrder(neverShown);
        });
    }

    private static List<String> strings(@Nullable Object list) {
        return list instanceof List<?> found
                ? found.stream().map(String::valueOf).toList()
                : List.of();
    }
}
