package dev.mobilesync.browser;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;

/** Measures in a page how long something takes, in the time during which the page runs: the stalls of a busy machine do not count. */
final class Stopwatch {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int TICK_MILLIS = 100;

    private static final String MEASURE = """
            const [event, css, tick] = arguments;
            const stopwatch = (window.stopwatch = { millis: 0, text: null });
            const start = () => {
              const timer = setInterval(() => {
                stopwatch.millis += tick;
                if (!(%s)) return;
                clearInterval(timer);
                stopwatch.text = document.querySelector(css).textContent;
              }, tick);
            };
            if (event) addEventListener(event, start, { once: true });
            else start();
            """;

    private final Browser browser;

    private Stopwatch(Browser browser, String event, String condition, String css) {
        this.browser = browser;
        browser.script(MEASURE.formatted(condition), event, css, TICK_MILLIS);
    }

    /**
     * Measures from now until the condition is true.
     *
     * @param condition a JavaScript expression
     * @param css the element whose text at the end is {@link #textAtEnd()}
     */
    static Stopwatch start(Browser browser, String condition, String css) {
        return new Stopwatch(browser, "", condition, css);
    }

    /** The same, but measures from the page's next event of this type. */
    static Stopwatch startAtEvent(Browser browser, String event, String condition, String css) {
        return new Stopwatch(browser, event, condition, css);
    }

    /** Waits for the end and returns the time. */
    Duration awaitEnd() {
        await().atMost(TIMEOUT).until(() -> browser.script("return stopwatch.text") != null);
        return Duration.ofMillis(
                ((Number) Objects.requireNonNull(browser.script("return stopwatch.millis"))).longValue());
    }

    String textAtEnd() {
        return String.valueOf(browser.script("return stopwatch.text"));
    }
}
