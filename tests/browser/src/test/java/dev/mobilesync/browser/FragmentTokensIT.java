package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pages ignore tokens in links unless the demo's setting enables them. */
@Tag("slow")
@NeedsChromium
class FragmentTokensIT {

    @Test
    void ignoresAndRemovesTokenInLink() {
        try (RunningApplication application =
                        RunningApplication.embedded(Map.of("MOBILE_SYNC_PAGES_FRAGMENT_TOKENS", "false"));
                Browser browser = Browser.open(BrowserOptions.laptop("en"))) {
            browser.go(application.examineePage("P001", "E001"));
            new ExamineePage(browser).awaitPhase("noAccess");
            assertNoToken(browser);

            browser.go(application.proctorPage("kim", "P001"));
            browser.see("#closed:not([hidden])");
            assertNoToken(browser);
        }
    }

    private static void assertNoToken(Browser browser) {
        assertThat(browser.driver().getCurrentUrl()).doesNotContain("token");
        assertThat(browser.script("return sessionStorage.length")).isEqualTo(0L);
    }
}
