package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that {@link Browser} reports problems, on which the other tests rely. */
@Tag("slow")
@NeedsChromium
class BrowserIT {

    @Test
    void reportsLowContrastAndMissingNames() {
        try (Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.script("document.documentElement.lang = 'en'; document.title = 'a page';"
                    + "document.body.innerHTML = '<main><h1>A page</h1></main>'");
            assertThat(browser.accessibilityFindings()).isEmpty();

            browser.script(
                    "document.querySelector('main').innerHTML += '<p style=\"color: #ddd\">pale</p><button></button>'");
            assertThat(browser.accessibilityFindings())
                    .satisfiesExactlyInAnyOrder(
                            finding -> assertThat(finding)
                                    .startsWith("color-contrast: ")
                                    .contains("pale"),
                            finding -> assertThat(finding)
                                    .startsWith("button-name: ")
                                    .contains("<button>"));

            browser.script("document.querySelector('main').innerHTML = '<h1>A page</h1><a href=\"#\"></a>';"
                    + "const style = document.createElement('style'); style.textContent ="
                    + " '@media not (forced-colors: active) { a { display: none } }'; document.head.append(style)");
            assertThat(browser.accessibilityFindings())
                    .as("in forced colors only")
                    .singleElement()
                    .satisfies(finding -> assertThat(finding).startsWith("link-name: "));
        }
    }
}
