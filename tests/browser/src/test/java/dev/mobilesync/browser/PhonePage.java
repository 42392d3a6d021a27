package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.openqa.selenium.By;

/** The phone's page on an examinee's phone. */
final class PhonePage implements AutoCloseable {

    private final Browser browser;
    private final URI web;

    private PhonePage(Browser browser, URI web) {
        this.browser = browser;
        this.web = web;
    }

    static PhonePage with(BrowserOptions options, URI web) {
        return new PhonePage(Browser.open(options), web);
    }

    Browser browser() {
        return browser;
    }

    /** @param bytesPerSecond the upload rate; -1 for no limit */
    void emulateNetwork(boolean offline, int bytesPerSecond) {
        browser.emulateNetwork(offline, bytesPerSecond);
    }

    /** The progress of the upload in percent. */
    long progress() {
        return ((Number) Objects.requireNonNull(browser.script("return document.getElementById('progress').value")))
                .longValue();
    }

    /** Opens the link of the QR code, or any path. */
    PhonePage open(String path) {
        browser.go(web + path);
        return this;
    }

    /** Confirms the pairing of a link. */
    PhonePage confirm() {
        browser.click("#confirm-yes");
        return this;
    }

    /** Types a code and connects. */
    PhonePage type(String code) {
        browser.see("#code-input").clear();
        browser.see("#code-input").sendKeys(code);
        browser.click("#code-form button");
        return this;
    }

    /** Takes a picture with the page's camera, which it starts if necessary, up to the preview. */
    PhonePage take() {
        browser.see("#instructions:not([hidden]), #camera:not([hidden])");
        if ("instructions".equals(screen())) {
            browser.click("#instructions-start");
        }
        browser.click("#take:not([disabled])");
        return awaitScreen("review");
    }

    /** Takes the picture with the phone's camera app. */
    PhonePage choose(Path picture) {
        browser.driver()
                .findElement(By.id("file"))
                .sendKeys(picture.toAbsolutePath().toString());
        return this;
    }

    PhonePage send() {
        browser.click("#send");
        return this;
    }

    /** The visible section of the page. */
    String screen() {
        return String.valueOf(browser.script("return document.body.dataset.screen"));
    }

    PhonePage awaitScreen(String screen) {
        browser.see("#" + screen + ":not([hidden])");
        return this;
    }

    /** Waits for the message that explains the delay. */
    PhonePage awaitTrouble(String side, String title) {
        browser.see("#trouble-title", title);
        assertThat(browser.see("#trouble-side").getText()).isEqualTo(side);
        return this;
    }

    /** The number of uploads that completed or failed since the page was loaded. */
    long uploads() {
        return ((Number) Objects.requireNonNull(browser.script("return performance.getEntriesByType('resource')"
                        + ".filter(entry => entry.name.endsWith('/mobile-captures')).length")))
                .longValue();
    }

    /** Asserts that the drawing of the phone's place, its sentences, the privacy notice and the start button need no scrolling. */
    PhonePage checkPlacementIsVisible() {
        assertThat(browser.script("""
                        const noticeIsVisible = () => {
                          const notice = document.querySelector('#instructions-privacy-notice');
                          return notice.scrollHeight <= notice.clientHeight
                            && document.elementFromPoint(innerWidth / 2, notice.getBoundingClientRect().bottom - 2) === notice;
                        };
                        const top = (css) => document.querySelector(css).getBoundingClientRect().top;
                        const bottom = (css) => document.querySelector(css).getBoundingClientRect().bottom;
                        return scrollY === 0 && top('.place') > 0 && bottom('.seat') <= top('#instructions .actions')
                          && top('#instructions-start') < bottom('#instructions-start') && bottom('#instructions-start') <= innerHeight
                          && noticeIsVisible();
                        """))
                .as("the drawing, the notice and the button are visible")
                .isEqualTo(true);
        return this;
    }

    /** Asserts that there are no script errors, accessibility violations or truncated content. */
    PhonePage check() {
        assertThat(browser.scriptErrors()).isEmpty();
        assertThat(browser.accessibilityFindings()).as("on " + screen()).isEmpty();
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                .as("page width on " + screen())
                .isEqualTo(true);
        return this;
    }

    @Override
    public void close() {
        browser.close();
    }
}
