package dev.mobilesync.socket.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.service.security.AuthenticatedCaller;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTests {

    private static final ExamineeKey EXAMINEE = new ExamineeKey("P001", "E001");
    private static final String TOPIC = "/topic/plans/P001/examinees/E001/mobile-sync";
    private static final String SEND_PREFIX = "/app/plans/P001/examinees/E001/mobile-sync/";

    @Test
    void parsesValidDestinations() {
        assertThat(Destinations.parseTopic(TOPIC)).isEqualTo(new Destinations.ExamineeTopic(EXAMINEE));
        assertThat(Destinations.parseTopic("/topic/plans/P001/mobile-sync"))
                .isEqualTo(new Destinations.PlanTopic("P001"));
        assertThat(Destinations.parseSendTarget(SEND_PREFIX + "wait")).isEqualTo(new Destinations.EnterStep(EXAMINEE));
        assertThat(Destinations.parseSendTarget(SEND_PREFIX + "order")).isEqualTo(new Destinations.Order(EXAMINEE));
        assertThat(Destinations.parseSendTarget(SEND_PREFIX + "shutter")).isEqualTo(new Destinations.Shutter(EXAMINEE));
        assertThat(Destinations.parseSendTarget(SEND_PREFIX + "preview")).isEqualTo(new Destinations.Preview(EXAMINEE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/topic/plans/P001/mobile-sync\n",
                "/topic/plans/P001/mobile-sync/",
                " /topic/plans/P001/mobile-sync",
                "/topic/plans/../mobile-sync",
                "/topic/plans/*/mobile-sync",
                "/topic/plans/P001.*/mobile-sync",
                "/topic/plans//mobile-sync",
                "/topic/plans/_P001/mobile-sync",
                "/topic/plans/P001/examinees/E001/mobile-sync/wait",
                "/queue/plans/P001/mobile-sync"
            })
    void rejectsInvalidDestination(String destination) {
        assertThat(Destinations.parseTopic(destination)).isNull();
        assertThat(Destinations.parseSendTarget(destination)).isNull();
    }

    @Test
    void allowsOnlyOwnDestinations() {
        AuthenticatedCaller self = new AuthenticatedCaller.Examinee(EXAMINEE, null);
        AuthenticatedCaller another = new AuthenticatedCaller.Examinee(new ExamineeKey("P001", "E002"), null);
        AuthenticatedCaller sameIdInAnotherPlan =
                new AuthenticatedCaller.Examinee(new ExamineeKey("P002", "E001"), null);
        AuthenticatedCaller phone = new AuthenticatedCaller.Device(EXAMINEE, "M001", null, null);
        AuthenticatedCaller proctor = new AuthenticatedCaller.Proctor("proctor", Set.of("P001"));
        AuthenticatedCaller proctorElsewhere = new AuthenticatedCaller.Proctor("proctor", Set.of("P002"));

        AuthenticatedCaller otherPhone =
                new AuthenticatedCaller.Device(new ExamineeKey("P001", "E002"), "M001", null, null);
        AuthenticatedCaller[] all = {self, another, sameIdInAnotherPlan, phone, otherPhone, proctor, proctorElsewhere};

        assertThat(all)
                .filteredOn(new Destinations.ExamineeTopic(EXAMINEE)::allows)
                .containsExactly(self, phone);
        assertThat(all).filteredOn(new Destinations.PlanTopic("P001")::allows).containsExactly(proctor);
        assertThat(all).filteredOn(new Destinations.EnterStep(EXAMINEE)::allows).containsExactly(self);
        assertThat(all).filteredOn(new Destinations.Order(EXAMINEE)::allows).containsExactly(proctor);
        assertThat(all).filteredOn(new Destinations.Shutter(EXAMINEE)::allows).containsExactly(self);
        assertThat(all).filteredOn(new Destinations.Preview(EXAMINEE)::allows).containsExactly(phone);
    }
}
