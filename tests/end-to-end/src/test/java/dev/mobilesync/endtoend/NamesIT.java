package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestTokens;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

/** The claim {@code name} of examinees' tokens, from the token to the board's data. */
@ServerContract
@ExtendWith(OutputCaptureExtension.class)
class NamesIT {

    private static final String PLAN = "names-1";
    private static final String PROCTOR = TestTokens.proctor("kim", PLAN);

    private final MobileSyncSystem system = MobileSyncSystem.shared();

    @Test
    void boardReceivesNameOfToken(CapturedOutput output) {
        ExamineeKey examinee = new ExamineeKey(PLAN, "names-E1");
        try (StompTestClient proctor = system.proctor(PLAN);
                StompTestClient browser = browser(examinee, "김지우")) {
            enterStep(browser, examinee);
            assertThat(proctor.await("mobile_sync_waiting").data().path("name").asString())
                    .isEqualTo("김지우");
            String path = ApiClient.recordPath(PLAN, "names-E1");
            assertThat(ApiClient.json(system.api().get(path, PROCTOR), 200)
                            .path("name")
                            .asString())
                    .isEqualTo("김지우");
            JsonNode board = ApiClient.json(system.api().get(ApiClient.recordsPath(PLAN) + "?after=", PROCTOR), 200);
            assertThat(board.at("/items/0/name").asString()).isEqualTo("김지우");

            system.api().giveOrder(examinee, PROCTOR, "names-reset", "{\"order\":\"RESET\",\"reason\":\"a mix-up\"}");
            assertThat(proctor.await("mobile_sync_waiting").data().path("name").asString())
                    .isEqualTo("김지우");
        }
        assertThat(output.getAll()).doesNotContain("김지우");
    }

    @Test
    void ignoresInvalidName() {
        ExamineeKey examinee = new ExamineeKey(PLAN, "names-E2");
        try (StompTestClient browser = browser(examinee, "a\u202Eb")) {
            enterStep(browser, examinee);
            assertThat(browser.await("mobile_sync_waiting").data().has("name")).isFalse();
        }
    }

    private StompTestClient browser(ExamineeKey examinee, String name) {
        String token = TestTokens.mint(
                Map.of("role", "examinee", "plan", examinee.planId(), "examinee", examinee.examineeId(), "name", name));
        StompTestClient browser = StompTestClient.connect(system.socket(), token);
        browser.subscribe(StompTopics.examinee(examinee));
        return browser;
    }
}
