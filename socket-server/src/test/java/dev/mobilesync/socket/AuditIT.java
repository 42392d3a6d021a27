package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.testsupport.NeedsRealServers;
import dev.mobilesync.testsupport.RealServers;
import dev.mobilesync.testsupport.StompTestClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Every order of a proctor is written down, without the reason's words. */
@ExtendWith(OutputCaptureExtension.class)
@NeedsRealServers
class AuditIT {

    private static final String ORDER = "/app/plans/P001/examinees/E001/mobile-sync/order";

    @ParameterizedTest
    @EnumSource
    void anOrderIsAudited(Order order, CapturedOutput output) {
        String deadline =
                Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.SECONDS).toString();
        boolean extended = order == Order.EXTEND;
        try (RealServers servers = RealServers.open();
                TestInstance server = TestInstance.start(servers.properties(), "logging.level.root=warn");
                StompTestClient proctor = server.proctor("P001")) {
            proctor.awaitReceipt(proctor.send(
                    ORDER,
                    "{\"order\":\"%s\",\"reason\":\"A-DISEASE\",\"by\":\"somebody else\"%s}"
                            .formatted(order, extended ? ",\"deadline\":\"" + deadline + "\"" : "")));

            await().untilAsserted(() -> assertThat(
                            output.getAll().lines().filter(line -> line.contains("action=order")))
                    .hasSize(1)
                    .allMatch(line -> line.contains(" audit ")
                            && line.endsWith("action=order role=proctor who=proctor-1 order=" + order + " plan=P001"
                                    + " examinee=E001" + " deadline=" + (extended ? deadline : "-")
                                    + " reasonLength=9 result=confirmed")));
            assertThat(output.getAll()).doesNotContain("A-DISEASE");
        }
    }
}
