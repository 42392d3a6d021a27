package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every instance of every service is replaced, one after the other, as an operator does it: nobody notices. */
@OnRig(Shape.STANDARD)
class RollingRestartIT {

    private static final int SERVICE_RESTARTS = 1012;

    @Test
    @Tag("slow")
    void everyServiceUnderLoad(Rig rig) throws Exception {
        Row.run(rig, "rolling restart of every service (SIGTERM)", Load.usual(900, Duration.ofSeconds(180)), row -> {
            row.awaitTaken(5);
            Instant start = Instant.now();
            for (ServiceInstance service : rig.services()) {
                restart(row, service);
            }
            row.saw(
                    "six restarts in %d s, %d of 201 meanwhile; %d passed on by the balancer",
                    Duration.between(start, Instant.now()).toSeconds(),
                    row.history()
                            .count(
                                    Event.Answered.class,
                                    answer -> answer.status() == 201
                                            && answer.at().isAfter(start)),
                    rig.webBalancer().passedOn() + rig.socketBalancer().passedOn());
            row.await("all have their 201", () -> row.crowd().phonesAreDone(), Duration.ofMinutes(5));
            assertNobodyNoticed(row);
        });
    }

    private static void restart(Row row, ServiceInstance service) {
        long before = row.taken();
        row.fault("SIGTERM " + service, () -> assertThat(service.stop()).isEqualTo(143));
        row.fault("start it again", service::start);
        service.awaitReady();
        assertThat(row.taken()).as("201 while " + service + " was away").isGreaterThan(before);
    }

    private static void assertNobodyNoticed(Row row) {
        List<Event> failed = row.history().events().stream()
                .filter(event -> event instanceof Event.Unanswered
                        || event instanceof Event.Answered answer && answer.status() != 201
                        || event instanceof Event.Disconnected lost && lost.code() != SERVICE_RESTARTS)
                .toList();
        assertThat(failed)
                .as("failed requests, and sockets that were not sent away")
                .isEmpty();
    }
}
