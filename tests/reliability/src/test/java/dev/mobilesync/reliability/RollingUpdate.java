package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Restarts instances one after the other while captures continue, as a rolling update does, and checks that no user is affected. */
final class RollingUpdate {

    private static final int SERVICE_RESTART = 1012;

    private RollingUpdate() {}

    /** Stops the instance and starts it again with its current release. */
    static void restart(FaultScenario scenario, ServiceInstance service) {
        long before = scenario.captured();
        scenario.fault("SIGTERM " + service, () -> assertThat(service.stop()).isEqualTo(143));
        scenario.fault("restart " + service, service::start);
        service.awaitReady();
        assertThat(scenario.captured()).as("201 while " + service + " was down").isGreaterThan(before);
    }

    static void assertNoUserImpact(FaultScenario scenario) {
        List<Event> failed = scenario.history().events().stream()
                .filter(event -> event instanceof Event.Unanswered
                        || event instanceof Event.Answered response && response.status() != 201
                        || event instanceof Event.PairingAnswered response && !response.isSuccess()
                        || event instanceof Event.Disconnected lost && lost.code() != SERVICE_RESTART)
                .toList();
        assertThat(failed)
                .as("failed requests, and connections closed without the restart code")
                .isEmpty();
    }
}
