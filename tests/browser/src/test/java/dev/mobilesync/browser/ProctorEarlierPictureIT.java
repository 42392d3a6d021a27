package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.Status;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.NeedsS3Gateway;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.S3Gateway;
import dev.mobilesync.testsupport.TestServers;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pictures in an examinee's details, from a store that keeps versions. */
@NeedsChromium
@NeedsS3Gateway
class ProctorEarlierPictureIT {

    private static final int EARLIER_WIDTH = 960;
    private static final int CURRENT_WIDTH = 1280;

    /** Answers the next request for a picture as a server without its store does. */
    private static final String REJECT_PICTURE_REQUEST_ONCE = """
            const { fetch } = window;
            window.fetch = (...request) => {
              if (!new URL(request[0], location.href).pathname.endsWith('.jpg')) return fetch(...request);
              window.fetch = fetch;
              return Promise.resolve(new Response(null, { status: 503 }));
            };
            """;

    @Test
    void opensEarlierPictureFromTimeline() {
        try (RunningApplication application =
                        RunningApplication.with(new ProxiedServers(withGateway(TestServers.open())), Map.of());
                SimulatedExam exam = new SimulatedExam(application)) {
            exam.upload("E1", "M1", Jpegs.picture(EARLIER_WIDTH, 540, 1));
            exam.await(Status.COMPLETED, 1);
            exam.orderRetake("E1", "kim", "The picture is too dark.");
            exam.await(Status.WAITING, 1);
            exam.upload("E1", "M1", Jpegs.picture(CURRENT_WIDTH, 720, 2));
            exam.await(Status.COMPLETED, 1);
            exam.awaitPicturesInHistory("E1", 2);
            exam.enterStep("E2", SimulatedExam.now());
            exam.await(Status.WAITING, 1);
            try (ProctorPage page = ProctorPage.open(application, BrowserOptions.laptop("en"), "kim", exam.plan())) {
                page.openDetails("E1");
                awaitPicture(page, CURRENT_WIDTH);
                page.awaitText("#timeline", "Earlier picture");

                page.browser().click("#timeline button[aria-pressed=false]");
                page.awaitText("#picture-text", "Earlier picture, received at");
                awaitPicture(page, EARLIER_WIDTH);
                page.assertNoPageDefects("an earlier picture");
                page.browser().screenshot("proctor-earlier-picture");

                page.browser().click("#timeline button[aria-pressed=false]");
                awaitPicture(page, CURRENT_WIDTH);
                assertThat(page.browser().script("return document.getElementById('picture-text').textContent"))
                        .isEqualTo("");

                page.browser().script(REJECT_PICTURE_REQUEST_ONCE);
                page.browser().click("#timeline button[aria-pressed=false]");
                page.awaitText("#picture-text", "The picture could not be loaded.");
                page.browser().click("#picture-again");
                page.awaitText("#picture-text", "Earlier picture, received at");
                awaitPicture(page, EARLIER_WIDTH);

                // Waiting examinees are listed before those who are done.
                page.browser().click("#details-previous");
                page.awaitText("#details-title", "E2");
                page.awaitText("#picture-text", "There is no picture yet.");
                page.browser().awaitGone("#picture-image");
            }
        }
    }

    /** The plans share the object's key. */
    @Test
    void showsPictureOfItsPlan() {
        try (RunningApplication application =
                        RunningApplication.with(new ProxiedServers(withGateway(TestServers.open())), Map.of());
                SimulatedExam one = new SimulatedExam(application);
                SimulatedExam other = new SimulatedExam(application)) {
            // The board opens the first plan.
            SimulatedExam shown = one.plan().compareTo(other.plan()) < 0 ? one : other;
            SimulatedExam hidden = shown == one ? other : one;
            shown.upload("E1", "M1", Jpegs.picture(CURRENT_WIDTH, 720, 1));
            shown.await(Status.COMPLETED, 1);
            hidden.upload("E1", "M1", Jpegs.picture(EARLIER_WIDTH, 540, 2));
            hidden.await(Status.COMPLETED, 1);
            try (ProctorPage page =
                    ProctorPage.open(application, BrowserOptions.laptop("en"), "kim", one.plan(), other.plan())) {
                page.openDetails("E1");
                awaitPicture(page, CURRENT_WIDTH);
            }
        }
    }

    private static void awaitPicture(ProctorPage page, long width) {
        await().atMost(ProctorPageFixture.TIMEOUT)
                .until(
                        () -> page.browser().script("return document.getElementById('picture-image').naturalWidth"),
                        found -> Long.valueOf(width).equals(found));
    }

    private static TestServers withGateway(TestServers others) {
        Map<String, String> properties = new HashMap<>(others.properties());
        properties.putAll(S3Gateway.properties());
        return new TestServers() {
            @Override
            public Map<String, String> properties() {
                return properties;
            }

            @Override
            public void reset() {
                others.reset();
            }

            @Override
            public void close() {
                others.close();
            }
        };
    }
}
