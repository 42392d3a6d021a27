package dev.mobilesync.browser;

import java.time.Duration;

/**
 * The clock of a loaded page, {@code performance.now()}. While it stands still, the page's countdowns and delays wait for the test,
 * however slow the machine is. A reload reverts it.
 */
final class PageClock {

    /** Frames get the same time. Whole milliseconds keep a countdown's arithmetic exact. */
    private static final String CLOCK = """
            window.pageClock ??= (() => {
              const { now } = Performance.prototype;
              const { requestAnimationFrame: request } = window;
              const clock = {
                ahead: 0,
                stoppedAt: null,
                stop: () => (clock.stoppedAt ??= Math.ceil(performance.now())),
              };
              Performance.prototype.now = () => clock.stoppedAt ?? now.call(performance) + clock.ahead;
              window.requestAnimationFrame = (draw) => request(() => draw(performance.now()));
              return clock;
            })();
            """;

    private final Browser browser;

    PageClock(Browser browser) {
        this.browser = browser;
    }

    void stop() {
        browser.script(CLOCK + "pageClock.stop()");
    }

    /** Stops the clock at the moment in which the page shows this element. */
    void stopWhenShown(String css) {
        browser.script(CLOCK + """
                const element = document.querySelector(arguments[0]);
                new MutationObserver((changes, observer) => {
                  if (element.hidden) return;
                  pageClock.stop();
                  observer.disconnect();
                }).observe(element, { attributes: true });
                """, css);
    }

    void advance(Duration time) {
        browser.script(CLOCK + """
                if (pageClock.stoppedAt === null) pageClock.ahead += arguments[0];
                else pageClock.stoppedAt += arguments[0];
                """, time.toMillis());
    }

    /** Moves the clock forward once another tab hides the page. */
    void advanceWhenHidden(Duration time) {
        browser.script(CLOCK + """
                const [time] = arguments;
                document.addEventListener('visibilitychange', () => document.hidden && (pageClock.ahead += time), { once: true });
                """, time.toMillis());
    }

    /** Lets the clock go on. It catches up with the time during which it stood still. */
    void start() {
        browser.script("pageClock.stoppedAt = null");
    }
}
