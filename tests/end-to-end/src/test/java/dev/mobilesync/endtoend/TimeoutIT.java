package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.endtoend.MobileSyncSystem.Service;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The deadline of a wait passes. Its duration is reduced to two seconds. */
@ServerContract
class TimeoutIT {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("timeout-1", "timeout-E001");

    @Test
    void acceptsPictureAfterTimeout() {
        MobileSyncSystem system = MobileSyncSystem.shared();
        system.reconfigure(Service.STATE_MANAGER, Map.of("mobile-sync.sync-timeout", "2s"));
        try (StompTestClient browser = system.examinee(EXAMINEE);
                StompTestClient proctor = system.proctor(EXAMINEE.planId())) {
            enterStep(browser, EXAMINEE);
            Instant first = deadline(browser);
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                var timeout = each.await("mobile_sync_timeout").data();
                assertThat(timeout.path("status").asString()).isEqualTo("TIMEOUT");
                assertThat(timeout.at("/error/code").asString()).isEqualTo("SYNC_TIMEOUT");
                assertThat(timeout.at("/error/retryable").asBoolean()).isTrue();
            }

            enterStep(browser, EXAMINEE);
            assertThat(deadline(browser)).as("a new deadline").isAfter(first);
            browser.await("mobile_sync_timeout");

            assertThat(system.api().upload(EXAMINEE, "M001", Jpegs.picture(1)).statusCode())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");
        }
    }

    private static Instant deadline(StompTestClient browser) {
        return Instant.parse(
                browser.await("mobile_sync_waiting").data().path("deadline").asString());
    }
}
