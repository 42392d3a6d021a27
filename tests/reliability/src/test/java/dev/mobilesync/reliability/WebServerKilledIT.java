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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** web-server is killed while it has uploads in hand: nobody is told 201 for one of them, and a retry gives one result. */
@OnRig(Shape.STANDARD)
class WebServerKilledIT {

    /** Not many: an instance whose store is away says that it is not ready, and gets no more. */
    private static final int IN_HAND = 3;

    private static final int LOST = 5;
    private static final int BYTES_PER_SECOND = 10_000;

    @Test
    @Tag("slow")
    void beforePut(Rig rig) throws Exception {
        Row.run(rig, "web-server killed before PUT", Load.usual(), row -> {
            ServiceInstance web = rig.web(0);
            row.awaitTaken(30);
            row.fault("nothing goes to the store from web-server-1", () -> web.store()
                    .freeze());
            long stored = killWithUploadsInHand(row, web, Instant.now());
            assertThat(stored).as("stored").isZero();
        });
    }

    @Test
    @Tag("slow")
    void inPut(Rig rig) throws Exception {
        Load largePictures = Load.usual().withPictures(1280, 720);
        Row.run(rig, "web-server killed in PUT", largePictures, row -> {
            ServiceInstance web = rig.web(0);
            row.awaitTaken(30);
            row.fault(
                    "pictures go slowly to the store from web-server-1",
                    () -> web.store().requests().slow(BYTES_PER_SECOND));
            long stored = killWithUploadsInHand(row, web, Instant.now());
            assertThat(stored).as("stored").isZero();
        });
    }

    @Test
    void betweenPutAndConfirm(Rig rig) throws Exception {
        Row.run(rig, "web-server killed between PUT and confirm", Load.usual(), row -> {
            ServiceInstance web = rig.web(0);
            row.awaitTaken(30);
            row.fault(
                    "what the broker says to web-server-1 is lost",
                    () -> web.broker().answers().blackhole());
            long stored = killWithUploadsInHand(row, web, Instant.now());
            assertThat(stored).as("stored").isPositive();
        });
    }

    /** The pictures of those who do not try again are in the store, and nobody knows of them until the sweep does. */
    @Test
    @Tag("slow")
    void betweenPutAndPublish(Rig rig) throws Exception {
        Row.run(rig, "web-server killed between PUT and publish; phones that do not come back", Load.usual(), row -> {
            ServiceInstance web = rig.web(0);
            row.awaitTaken(30);
            row.fault(
                    "nothing gets from web-server-1 to the broker",
                    () -> web.broker().requests().blackhole());
            Instant since = Instant.now();
            List<ExamineeKey> lost = IntStream.range(0, LOST)
                    .mapToObj(number -> new ExamineeKey(row.plan(), "LOST-" + row.plan() + "-" + number))
                    .toList();
            lost.forEach(examinee -> sendOnce(row, web, examinee));
            row.await("their pictures are stored", () -> lost.stream()
                    .allMatch(examinee -> row.facts().sha256OfPicture(examinee) != null));
            killWithUploadsInHand(row, web, since);
            assertThat(row.facts().records(lost)).isEmpty();

            String report = web.command("--sweep");
            assertThat(lost).allMatch(examinee -> report.contains("/" + examinee.examineeId() + "/"), report);
            row.awaitCompleted(lost);
            row.saw(
                    "%d orphans found by the sweep: %s",
                    LOST, report.substring(report.indexOf("total:")).strip());
        });
    }

    private static void sendOnce(Row row, ServiceInstance web, ExamineeKey examinee) {
        String device = "M-" + examinee.examineeId();
        String token = TestTokens.device(examinee.planId(), examinee.examineeId(), device);
        byte[] body = MultipartBody.upload(device, Jpegs.picture(examinee.hashCode()));
        row.crowd().http().sendAsync(Phone.upload(web, examinee, token, body).build(), BodyHandlers.discarding());
    }

    /** Returns how many of the uploads that were sent since then had their pictures in the store when it was killed. */
    private static long killWithUploadsInHand(Row row, ServiceInstance web, Instant since) {
        row.await(IN_HAND + " uploads in hand", () -> inHand(row, web, since).size() >= IN_HAND);
        List<Event.Uploading> inHand = inHand(row, web, since);
        // Before it dies: at once afterwards, their phones send the same pictures to the other one.
        long stored = inHand.stream()
                .filter(upload -> upload.picture().equals(row.facts().sha256OfPicture(upload.examinee())))
                .count();
        row.fault("kill -9 " + web, web::kill);
        assertThat(inHand).noneMatch(upload -> row.answerTo(upload) == 201);
        row.saw("%d uploads in hand, %d of them in the store", inHand.size(), stored);
        row.fault("start it again", () -> {
            web.mendLines();
            web.start();
        });
        return stored;
    }

    private static List<Event.Uploading> inHand(Row row, ServiceInstance web, Instant since) {
        return row.uploadsInHand(web).stream()
                .filter(upload -> upload.at().isAfter(since))
                .toList();
    }
}
