package dev.mobilesync.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.TestTokens;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** web-server is killed with uploads in flight: none is answered with 201, and a retry takes effect once. */
@WithCluster
class WebServerKilledIT {

    /** A small number, because an instance without its store reports not ready and receives no further uploads. */
    private static final int IN_FLIGHT = 3;

    private static final int LOST = 5;
    private static final int BYTES_PER_SECOND = 10_000;

    @Test
    void recoversWhenKilledBeforePut(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.WEB_SERVER_KILLED_BEFORE_PUT, LoadProfile.usual(), scenario -> {
            ServiceInstance web = cluster.web(0);
            long stored =
                    killAfter(scenario, web, "block the data from web-server-1 to the store", web.store()::freeze);
            assertThat(stored).as("stored").isZero();
        });
    }

    @Test
    void recoversWhenKilledDuringPut(TestCluster cluster) throws Exception {
        LoadProfile largePictures = LoadProfile.usual().withPictures(1280, 720);
        FaultScenario.run(cluster, ScenarioName.WEB_SERVER_KILLED_DURING_PUT, largePictures, scenario -> {
            ServiceInstance web = cluster.web(0);
            long stored =
                    killAfter(scenario, web, "slow down the data from web-server-1 to the store", () -> web.store()
                            .requests()
                            .slow(BYTES_PER_SECOND));
            assertThat(stored).as("stored").isZero();
        });
    }

    @Test
    void recoversWhenKilledBeforeConfirm(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.WEB_SERVER_KILLED_BEFORE_CONFIRM, LoadProfile.usual(), scenario -> {
            ServiceInstance web = cluster.web(0);
            long stored =
                    killAfter(scenario, web, "discard the data from the broker to web-server-1", () -> web.broker()
                            .responses()
                            .blackhole());
            assertThat(stored).as("stored").isPositive();
        });
    }

    /** Phones do not retry, so their stored pictures have no record until reconciliation finds them. */
    @Test
    void recoversWhenKilledBeforePublish(TestCluster cluster) throws Exception {
        FaultScenario.run(cluster, ScenarioName.WEB_SERVER_KILLED_BEFORE_PUBLISH, LoadProfile.usual(), scenario -> {
            ServiceInstance web = cluster.web(0);
            scenario.awaitCaptured(25);
            scenario.fault(
                    "discard the data from web-server-1 to the broker",
                    () -> web.broker().requests().blackhole());
            Instant since = Instant.now();
            List<ExamineeKey> lost = IntStream.range(0, LOST)
                    .mapToObj(number -> new ExamineeKey(scenario.plan(), "LOST-" + scenario.plan() + "-" + number))
                    .toList();
            lost.forEach(examinee -> sendOnce(scenario, web, examinee));
            scenario.await("pictures stored", () -> lost.stream()
                    .allMatch(examinee -> scenario.probe().sha256OfPicture(examinee) != null));
            killWithUploadsInFlight(scenario, web, since);
            assertThat(scenario.probe().records(lost)).isEmpty();

            String report = web.command("--sweep");
            assertThat(lost).allMatch(examinee -> report.contains("/" + examinee.examineeId() + "/"), report);
            scenario.awaitCompleted(lost);
            scenario.note(
                    "%d orphans found by the sweep: %s",
                    LOST, report.substring(report.indexOf("total:")).strip());
        });
    }

    private static void sendOnce(FaultScenario scenario, ServiceInstance web, ExamineeKey examinee) {
        String device = "M-" + examinee.examineeId();
        String token = TestTokens.device(examinee.planId(), examinee.examineeId(), device);
        byte[] body = MultipartBody.upload(device, Jpegs.picture(examinee.hashCode()));
        scenario.load()
                .http
                .sendAsync(SimulatedPhone.upload(web, examinee, token, body).build(), BodyHandlers.discarding());
    }

    /** Starts a fault and kills the instance with uploads in flight; returns how many of them were stored. */
    private static long killAfter(FaultScenario scenario, ServiceInstance web, String what, Runnable fault) {
        scenario.awaitCaptured(25);
        scenario.fault(what, fault);
        return killWithUploadsInFlight(scenario, web, Instant.now());
    }

    /** Returns how many uploads since the instant had stored their pictures when the instance was killed. */
    private static long killWithUploadsInFlight(FaultScenario scenario, ServiceInstance web, Instant since) {
        scenario.await(
                IN_FLIGHT + " uploads in flight",
                () -> inFlight(scenario, web, since).size() >= IN_FLIGHT);
        List<Event.Uploading> inFlight = inFlight(scenario, web, since);
        // Counted before the kill, because the phones then resend the pictures to the other instance.
        long stored = inFlight.stream()
                .filter(upload -> upload.picture().equals(scenario.probe().sha256OfPicture(upload.examinee())))
                .count();
        scenario.fault("kill -9 " + web, web::kill);
        assertThat(inFlight).noneMatch(upload -> scenario.history().statusOf(upload) == 201);
        scenario.note("%d uploads in flight, %d of them in the store", inFlight.size(), stored);
        scenario.fault("restart " + web, () -> {
            web.restoreConnections();
            web.start();
        });
        return stored;
    }

    private static List<Event.Uploading> inFlight(FaultScenario scenario, ServiceInstance web, Instant since) {
        return scenario.uploadsInFlight(web).stream()
                .filter(upload -> upload.at().isAfter(since))
                .toList();
    }
}
