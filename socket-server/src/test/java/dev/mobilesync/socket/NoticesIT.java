package dev.mobilesync.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.ServerContract;
import dev.mobilesync.testsupport.StompTestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Messages of proctors to examinees. */
@ExtendWith(OutputCaptureExtension.class)
@ServerContract
class NoticesIT {

    private final SocketServerFixture server = SharedSocketServers.withDefaults();
    private final ExamineeKey examinee = SocketServerFixture.newExaminee();
    private final String destination =
            "/app/plans/" + examinee.planId() + "/examinees/" + examinee.examineeId() + "/mobile-sync/notice";

    @Test
    void reachesExamineeAndProctorsOnly(CapturedOutput output) throws Exception {
        String broadcasts = server.bindBroadcasts();
        try (StompTestClient browser = server.subscribedExaminee(examinee);
                StompTestClient other = server.subscribedExaminee(SocketServerFixture.newExaminee());
                StompTestClient proctor = server.subscribedProctor(examinee.planId())) {
            proctor.awaitReceipt(proctor.send(
                    destination, "{\"text\":\"자리에 앉아 주세요.\\n곧 시작합니다.\",\"by\":\"x\",\"examineeId\":\"E9\"}"));
            for (StompTestClient receiver : new StompTestClient[] {browser, proctor}) {
                StompTestClient.Frame frame = receiver.await("mobile_sync_notice");
                assertThat(frame.data().path("text").asString()).isEqualTo("자리에 앉아 주세요.\n곧 시작합니다.");
                assertThat(frame.data().path("examineeId").asString()).isEqualTo(examinee.examineeId());
                assertThat(frame.data().has("by")).isFalse();
                assertThat(frame.headers()).doesNotContainKey("revision");
            }
            assertThat(server.receiveBroadcast(broadcasts)
                            .getMessageProperties()
                            .getType())
                    .isEqualTo("mobile_sync_notice");
            assertThat(other.pending()).isEmpty();
            assertThat(server.receiveStatus()).as("changes no state").isNull();
        }
        await().untilAsserted(() -> assertThat(output.getAll())
                .contains("action=notice role=proctor who=proctor-1 plan=" + examinee.planId() + " examinee="
                        + examinee.examineeId() + " textLength=20 result=confirmed"));
        assertThat(output.getAll()).doesNotContain("앉아");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"text\":\" \"}", "{\"text\":7}", "{\"text\":\"a\\u0007\"}"})
    void rejectsInvalidText(String body) {
        assertInvalid(body);
    }

    @Test
    void rejectsLongText() {
        assertInvalid("{\"text\":\"" + "x".repeat(301) + "\"}");
    }

    private void assertInvalid(String body) {
        try (StompTestClient proctor = server.proctor(examinee.planId())) {
            proctor.send(destination, body);
            assertThat(proctor.awaitError().json().path("code").asString()).isEqualTo("INVALID_REQUEST");
        }
    }
}
