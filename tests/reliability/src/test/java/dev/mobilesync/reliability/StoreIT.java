package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The object store is slow, refuses, breaks off or is full: a bounded wait, 503, and nothing is published. */
@OnRig(Shape.STANDARD)
class StoreIT {

    private static final String STORE_FAILED = "CAPTURE_STORE_FAILED";
    private static final int REFUSALS = 20;
    private static final Duration SLOW = Duration.ofSeconds(6);
    private static final int SOME_BYTES = 60;

    @Test
    @Tag("slow")
    void slow(Rig rig) throws Exception {
        Row.run(rig, "S3 server slow", Load.usual(), row -> {
            row.awaitTaken(20);
            row.fault("each of its answers takes 6 s longer", () -> rig.webServers()
                    .forEach(web -> web.store().answers().delay(SLOW)));
            awaitRefusals(row);
            row.fault("quick again", () -> rig.webServers().forEach(ServiceInstance::mendLines));
        });
    }

    @Test
    @Tag("slow")
    void hanging(Rig rig) throws Exception {
        Row.run(rig, "S3 server hangs", Load.usual(), row -> {
            row.awaitTaken(20);
            row.fault("SIGSTOP", rig.store()::suspend);
            awaitRefusals(row);
            row.fault("SIGCONT", rig.store()::resume);
        });
    }

    @Test
    @Tag("slow")
    void refusing(Rig rig) throws Exception {
        Row.run(rig, "S3 server says 503", Load.usual(), row -> {
            row.awaitTaken(20);
            HttpServer[] refusing = new HttpServer[1];
            row.fault(
                    "503 SlowDown to everything",
                    () -> refusing[0] = rig.store().refuseInItsPlace());
            awaitRefusals(row);
            row.fault("the real one again", () -> {
                refusing[0].stop(0);
                rig.store().restart();
            });
        });
    }

    @Test
    @Tag("slow")
    void breakingOff(Rig rig) throws Exception {
        Row.run(rig, "S3 server breaks off in mid-answer", Load.usual(), row -> {
            row.awaitTaken(20);
            row.fault("each connection ends after 60 bytes of an answer", () -> {});
            row.await(REFUSALS + " refusals", () -> {
                for (ServiceInstance web : rig.webServers()) {
                    web.store().answers().blackholeAfter(SOME_BYTES);
                }
                row.goOnFor(Duration.ofMillis(300));
                rig.webServers().forEach(web -> web.store().drop());
                return row.refused(STORE_FAILED) >= REFUSALS;
            });
            awaitRefusals(row);
            row.fault("whole answers again", () -> rig.webServers().forEach(ServiceInstance::mendLines));
        });
    }

    @Test
    @Tag("slow")
    void full(Rig rig) throws Exception {
        try {
            Row.run(rig, "S3 server's disk full", Load.usual(), row -> {
                row.awaitTaken(20);
                row.fault("it can write no file of more than 1 KiB", rig.store()::full);
                awaitRefusals(row);
                row.fault("it can again", rig.store()::notFull);
            });
        } finally {
            rig.store().notFull();
        }
    }

    /** Those whom the store has failed every time so far have not been completed. */
    private static void awaitRefusals(Row row) {
        row.awaitRefused(STORE_FAILED, REFUSALS);
        List<Event.Answered> answers = row.history().of(Event.Answered.class).toList();
        Set<ExamineeKey> others = answers.stream()
                .filter(answer -> !STORE_FAILED.equals(answer.code()))
                .map(Event.Answered::examinee)
                .collect(Collectors.toSet());
        List<ExamineeKey> refused = answers.stream()
                .map(Event.Answered::examinee)
                .filter(examinee -> !others.contains(examinee))
                .distinct()
                .toList();
        assertThat(refused).isNotEmpty();
        row.facts().records(refused).forEach((examinee, record) -> assertThat(record.status())
                .as(examinee.member())
                .isNotEqualTo(Status.COMPLETED));
        assertThat(row.broadcasts().since(Instant.EPOCH, Status.COMPLETED, refused))
                .isEmpty();
        row.saw("%d examinees refused, none of them completed meanwhile", refused.size());
    }
}
