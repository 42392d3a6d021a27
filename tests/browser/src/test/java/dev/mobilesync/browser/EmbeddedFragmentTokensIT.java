package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A token in a link is none, unless that is switched on, which only the demo does. */
@NeedsChromium
class EmbeddedFragmentTokensIT {

    @Test
    void aTokenInALinkIsNotTakenAndDoesNotStay() {
        try (Program program = Program.embedded(Map.of("MOBILE_SYNC_PAGES_FRAGMENT_TOKENS", "false"));
                Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(program.examineePage("P001", "E001"));
            new ExamineePage(browser).awaitPhase("noAccess");
            assertNoToken(browser);

            browser.go(program.proctorPage("kim", "P001"));
            browser.see("#closed:not([hidden])");
            assertNoToken(browser);
        }
    }

    private static void assertNoToken(Browser browser) {
        assertThat(browser.driver().getCurrentUrl()).doesNotContain("token");
        assertThat(browser.script("return sessionStorage.length")).isEqualTo(0L);
    }
}
