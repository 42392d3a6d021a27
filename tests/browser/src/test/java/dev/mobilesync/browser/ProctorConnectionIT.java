package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The board shows how old it is, and no longer calls itself live once the network is gone. */
@Tag("slow")
@NeedsChromium
class ProctorConnectionIT extends ProctorPageFixture {

    private static final Duration OFFLINE_LIMIT = Duration.ofSeconds(5);

    /** Two heart-beats, and a second in which the page looks. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(22);

    private static final String STALE = "document.getElementById('page').classList.contains('stale')";

    @Test
    void becomesStaleWhenBrowserIsOffline() {
        exam.enterStepInOrder("E1");
        try (ProctorPage page = open(BrowserOptions.laptop("en"), "kim")) {
            page.awaitText("#live", "Live");
            page.awaitText("#live-age", "last contact");
            // The connection stays open but forwards nothing, as with a pulled plug.
            application.socketProxy().freeze();
            Stopwatch stopwatch = Stopwatch.startAtEvent(page.browser(), "offline", STALE, "#banner-text");
            page.browser().setOffline(true);
            try {
                assertThat(stopwatch.awaitEnd()).isLessThan(OFFLINE_LIMIT);
                page.awaitText("#banner", "This computer is offline.");
                assertThat(page.browser().script("return document.getElementById('live').textContent"))
                        .isEqualTo("");
                page.assertNoPageDefects("offline");
            } finally {
                page.browser().setOffline(false);
                application.socketProxy().reset();
            }
            page.awaitLive();
            page.browser().awaitGone("#page.stale");
        }
    }

    @Test
    void becomesStaleAfterTwoHeartBeats() {
        exam.enterStepInOrder("E1");
        try (ProctorPage page = open(BrowserOptions.laptop("ko"), "kim")) {
            page.awaitText("#live-age", "마지막 수신");
            application.socketProxy().freeze();
            try {
                Stopwatch stopwatch = Stopwatch.start(page.browser(), STALE, "#banner-text");
                assertThat(stopwatch.awaitEnd()).isLessThan(SILENCE_LIMIT);
                page.awaitText("#banner", "연결이 끊겼습니다.");
                // The age counts from the last message, not from the moment at which the page noticed.
                assertThat(stopwatch.textAtEnd()).containsPattern("[1-5]\\d초 전의 목록");
                // The proxy still forwards nothing. Afterwards, the page would reconnect by itself and hide the button.
                page.browser().click("#banner-button");
            } finally {
                application.socketProxy().reset();
            }
            page.awaitLive();
        }
    }
}
