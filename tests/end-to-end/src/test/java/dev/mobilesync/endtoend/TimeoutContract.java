package dev.mobilesync.endtoend;

import static dev.mobilesync.endtoend.MobileSyncSystem.enterStep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.TestServers;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The fourth error of 18.5-2, with a time-out of seconds. */
abstract class TimeoutContract {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");

    abstract TestServers servers();

    @Test
    void aWaitThatTimesOutIsToldAndALatePictureStillCounts() {
        try (MobileSyncSystem system = MobileSyncSystem.start(servers(), Map.of("mobile-sync.sync-timeout", "2s"));
                StompTestClient browser = system.examinee(EXAMINEE);
                StompTestClient proctor = system.proctor(EXAMINEE.planId())) {
            enterStep(browser, EXAMINEE);
            browser.await("mobile_sync_waiting");
            for (StompTestClient each : new StompTestClient[] {browser, proctor}) {
                var timeout = each.await("mobile_sync_timeout").data();
                assertThat(timeout.path("status").asString()).isEqualTo("TIMEOUT");
                assertThat(timeout.at("/error/code").asString()).isEqualTo("SYNC_TIMEOUT");
                assertThat(timeout.at("/error/retryable").asBoolean()).isTrue();
            }

            enterStep(browser, EXAMINEE);
            var again = browser.await("mobile_sync_waiting").data();
            assertThat(Instant.parse(again.path("deadline").asString())).isAfter(Instant.now());
            browser.await("mobile_sync_timeout");

            assertThat(system.phone(EXAMINEE, "M001").upload(Jpegs.picture(1)).status())
                    .isEqualTo(201);
            browser.await("mobile_sync_completed");
            proctor.await("mobile_sync_completed");
        }
    }
}
