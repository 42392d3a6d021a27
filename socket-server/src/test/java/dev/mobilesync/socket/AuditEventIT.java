package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.MobileSyncOrder.Order;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Every order is audited, at any log level and without the text of its reason. */
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class AuditEventIT {

    private final SocketServerFixture server = SharedSocketServers.behindProxies();
    private final LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
    private final ExamineeKey examinee = SocketServerFixture.newExaminee();
    private final String destination = "/app/plans/P001/examinees/" + examinee.examineeId() + "/mobile-sync/order";

    @BeforeEach
    void raiseLogLevel() {
        logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
    }

    @AfterEach
    void restore() {
        logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
        SharedSocketServers.proxies().broker().reset();
    }

    @ParameterizedTest
    @EnumSource
    void auditsOrder(Order order, CapturedOutput output) {
        String deadline =
                Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.SECONDS).toString();
        boolean extended = order == Order.EXTEND;
        try (StompTestClient proctor = server.proctor("P001")) {
            proctor.awaitReceipt(proctor.send(
                    destination,
                    "{\"order\":\"%s\",\"reason\":\"A-DISEASE\",\"by\":\"another proctor\"%s}"
                            .formatted(order, extended ? ",\"deadline\":\"" + deadline + "\"" : "")));

            await().untilAsserted(() -> assertThat(auditLines(output))
                    .hasSize(2)
                    .allMatch(line -> line.contains(" audit ")
                            && line.contains("action=order role=proctor who=proctor-1 order=" + order + " plan=P001"
                                    + " examinee=" + examinee.examineeId() + " deadline="
                                    + (extended ? deadline : "-") + " reasonLength=9 result="))
                    .satisfiesExactly(line -> assertThat(line).endsWith("result=publishing"), line -> assertThat(line)
                            .endsWith("result=confirmed")));
            assertThat(output.getAll()).doesNotContain("A-DISEASE");
        }
    }

    /** If the server crashes before the confirm, the order may still take effect, and the audit log has it. */
    @Test
    void auditsOrderBeforeConfirm(CapturedOutput output) {
        try (StompTestClient proctor = server.proctor("P001")) {
            SharedSocketServers.proxies().broker().responses().blackhole();
            proctor.send(destination, "{\"order\":\"RETAKE\",\"reason\":\"dark\"}");

            await().untilAsserted(() -> assertThat(auditLines(output))
                    .satisfiesExactly(line -> assertThat(line).endsWith("result=publishing"), line -> assertThat(line)
                            .endsWith("result=unconfirmed")));
        }
    }

    private static List<String> auditLines(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains("action=order"))
                .toList();
    }
}
