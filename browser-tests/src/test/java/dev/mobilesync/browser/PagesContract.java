package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.JavascriptExecutor;

/** What is true of every page, whatever servers it runs against. */
@NeedsChromium
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PagesContract {

    private Program program;

    abstract Program program();

    @BeforeAll
    void start() {
        program = program();
    }

    @AfterAll
    void stop() {
        if (program != null) {
            program.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/capture", "/exam/mobile-sync", "/proctor"})
    void aPageOpensWithoutATokenAndWithoutAnError(String path) {
        try (Browser browser = Browser.open(Browser.Options.phone("ko"))) {
            browser.go(program.web() + path);

            assertThat(browser.driver().getTitle()).isNotBlank();
            assertThat(browser.scriptErrors()).isEmpty();
            assertThat(browser.accessibilityFindings()).isEmpty();
        }
    }

    @Test
    void theModuleIsThereForOtherPages() {
        try (Browser browser = Browser.open(Browser.Options.laptop("en"))) {
            browser.go(program.web() + "/proctor");

            Object exported = ((JavascriptExecutor) browser.driver())
                    .executeAsyncScript(
                            "const done = arguments[0]; import('/pages/mobile-sync.js').then(m => done(Object.keys(m).sort()))");
            assertThat(exported).isEqualTo(List.of("ExamineeSync", "PlanSync", "backOff"));
        }
    }
}
