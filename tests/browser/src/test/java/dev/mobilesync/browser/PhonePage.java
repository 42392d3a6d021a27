package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.openqa.selenium.By;

/** An examinee's phone with the phone's page on it, and what a thumb does there. */
final class PhonePage implements AutoCloseable {

    private final Browser browser;
    private final URI web;

    private PhonePage(Browser browser, URI web) {
        this.browser = browser;
        this.web = web;
    }

    static PhonePage with(Browser.Options options, URI web) {
        return new PhonePage(Browser.open(options), web);
    }

    Browser browser() {
        return browser;
    }

    /** Opens the link of the QR code, or any path. */
    PhonePage open(String path) {
        browser.go(web + path);
        return this;
    }

    /** Agrees to what a link asks. */
    PhonePage confirm() {
        browser.click("#confirm-yes");
        return this;
    }

    /** Types a code, and connects. */
    PhonePage type(String code) {
        browser.see("#code-input").clear();
        browser.see("#code-input").sendKeys(code);
        browser.click("#code-form button");
        return this;
    }

    /** From the question for the camera, or from a camera that is on already, to the picture that may be sent. */
    PhonePage take() {
        browser.see("#ask:not([hidden]), #camera:not([hidden])");
        if ("ask".equals(screen())) {
            browser.click("#ask-start");
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

    /** Which of the page's sections is on the screen. */
    String screen() {
        return String.valueOf(browser.script("return document.body.dataset.screen"));
    }

    PhonePage awaitScreen(String screen) {
        browser.see("#" + screen + ":not([hidden])");
        return this;
    }

    /** Waits for the words about what keeps the page waiting. */
    PhonePage awaitTrouble(String side, String title) {
        browser.see("#trouble-title", title);
        assertThat(browser.see("#trouble-side").getText()).isEqualTo(side);
        return this;
    }

    /** How many uploads were answered, or broke off, since the page was loaded. */
    long uploads() {
        return ((Number) Objects.requireNonNull(browser.script("return performance.getEntriesByType('resource')"
                        + ".filter(entry => entry.name.endsWith('/mobile-captures')).length")))
                .longValue();
    }

    /** No error in the scripts, and nothing that keeps anybody out. */
    PhonePage check() {
        assertThat(browser.scriptErrors()).isEmpty();
        assertThat(browser.accessibilityFindings()).as("on " + screen()).isEmpty();
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing is cut off on " + screen())
                .isEqualTo(true);
        return this;
    }

    @Override
    public void close() {
        browser.close();
    }
}
