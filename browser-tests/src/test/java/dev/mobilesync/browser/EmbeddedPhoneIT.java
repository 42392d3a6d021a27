package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.testsupport.EmbeddedServers;
import dev.mobilesync.testsupport.TestServers;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.Keys;

class EmbeddedPhoneIT extends PhoneContract {

    @Override
    TestServers servers() {
        return EmbeddedServers.open();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GOOD")
    void whatIsWrongIsSaidBeforeThePictureIsTaken(Scene.Light light) {
        String name = light.name().toLowerCase(Locale.ROOT);
        try (Phone phone = phone(Browser.Options.phone("ko").seeing(light))) {
            Browser browser = pair(phone).browser();
            browser.click("#ask-start");
            browser.see("#hint[data-hint=" + name + "]");
            assertThat(browser.see("#hint-text").getText()).isNotBlank();
            browser.screenshot("phone-camera-" + name);
            phone.check();
        }
    }

    @Test
    void inTheDarkAllOfItCanBeRead() {
        try (Phone phone = phone(Browser.Options.phone("ko").inTheDark())) {
            phone.open("/capture").awaitScreen("code").check();
            phone.type("AAAA AAA").check();
            pair(phone).awaitScreen("ask").check().take().check();
            phone.browser().screenshot("phone-review-dark");
            phone.send().awaitScreen("done").check();
            phone.browser().screenshot("phone-done-dark");
        }
    }

    @Test
    void aKeyboardIsEnough() {
        try (Phone phone = phone(Browser.Options.phone("en"))) {
            Browser browser = phone.open("/capture").awaitScreen("code").browser();
            browser.tabTo("#code-input");
            browser.press(offer().code(), Keys.ENTER);
            phone.awaitScreen("ask");
            browser.tabTo("#ask-start");
            browser.press(Keys.ENTER);
            browser.see("#take:not([disabled])");
            browser.tabTo("#take");
            browser.press(Keys.ENTER);
            phone.awaitScreen("review");
            browser.tabTo("#send");
            browser.press(Keys.ENTER);
            phone.awaitScreen("done");
        }
    }
}
