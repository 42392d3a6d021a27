package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestIssuer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** The examinee's page without pairing: an issuer signs all tokens, also that of the platform's own app. */
@Tag("slow")
@NeedsChromium
class ExamineeAppIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P1", "E1");
    private static final String DEVICE = "M1";

    @Test
    void waitsForAppWithoutPairing() {
        Map<String, Object> claims =
                Map.of("role", "examinee", "plan", EXAMINEE.planId(), "examinee", EXAMINEE.examineeId());
        Map<String, Object> deviceClaims = Map.of("role", "device", "plan", "P1", "examinee", "E1", "device", DEVICE);
        try (TestIssuer issuer = TestIssuer.start();
                RunningApplication application = RunningApplication.embedded(Map.of(
                        "MOBILE_SYNC_JWT_SECRET",
                        "",
                        "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI",
                        issuer.uri()));
                Browser browser = Browser.open(BrowserOptions.laptop("ko"))) {
            browser.go(application.page("/exam/mobile-sync", issuer.mint(claims)));
            ExamineePage page = new ExamineePage(browser).awaitPhase("app");
            assertThat(page.headline()).isEqualTo("휴대전화에서 시험 앱을 열어 주세요");
            assertThat(page.progress()).isEqualTo("snll");
            assertThat(browser.driver().findElement(By.id("pairing")).isDisplayed())
                    .as("a code")
                    .isFalse();
            page.lookAt("app", "ko");
            browser.reload();
            page.awaitPhase("app");
            browser.click("[data-language=en]");
            assertThat(page.headline()).isEqualTo("Open the exam app on your phone");
            page.lookAt("app", "en");

            byte[] upload = MultipartBody.upload(DEVICE, Jpegs.picture(1));
            assertThat(new ApiClient(application.web())
                            .uploadBody(EXAMINEE, issuer.mint(deviceClaims), upload)
                            .statusCode())
                    .isEqualTo(201);
            page.usePicture();
            assertThat(page.progress()).isEqualTo("dddd");
            assertThat(browser.scriptErrors()).isEmpty();
        }
    }
}
