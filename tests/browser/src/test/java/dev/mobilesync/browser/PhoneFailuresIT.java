package dev.mobilesync.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mobilesync.messages.ExamineeKey;
import dev.mobilesync.messages.StompTopics;
import dev.mobilesync.testsupport.ApiClient;
import dev.mobilesync.testsupport.Jpegs;
import dev.mobilesync.testsupport.MultipartBody;
import dev.mobilesync.testsupport.NetworkProxy;
import dev.mobilesync.testsupport.ProxiedServers;
import dev.mobilesync.testsupport.StompTestClient;
import dev.mobilesync.testsupport.StoreProcess;
import dev.mobilesync.testsupport.TestServers;
import dev.mobilesync.testsupport.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/** The phone's page with invalid codes, and while the network, the store, the broker or Redis is unavailable or slow. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PhoneFailuresIT extends PhoneTestCase {

    private static final Duration CODE_TTL = Duration.ofSeconds(90);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path storeFolder;

    @SuppressWarnings("NullAway.Init")
    private StoreProcess store;

    @SuppressWarnings("NullAway.Init")
    private ProxiedServers servers;

    @SuppressWarnings("NullAway.Init")
    private IssuedCode expiredCode;

    private long expiry;

    @Override
    RunningApplication startApplication() {
        store = StoreProcess.start(storeFolder);
        store.awaitUp();
        servers = new ProxiedServers(withOwnStore(TestServers.open()));
        return RunningApplication.with(servers, Map.of("MOBILE_SYNC_PAIRING_CODE_TTL", CODE_TTL.toSeconds() + "s"));
    }

    @BeforeAll
    void issueExpiringCode() {
        expiredCode = requestPairing(new ExamineeKey(PLAN, "E000"));
        expiry = System.nanoTime() + CODE_TTL.toNanos();
    }

    private TestServers withOwnStore(TestServers others) {
        return new TestServers() {
            @Override
            public Map<String, String> properties() {
                return store.overriding(others.properties());
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

    @AfterAll
    void stop() {
        if (application() != null) {
            application().close();
        } else if (servers != null) {
            servers.close();
        }
        if (store != null) {
            store.close();
        }
    }

    /** The last test, so that the code has expired meanwhile. */
    @Test
    @Order(Integer.MAX_VALUE)
    void reportsInvalidCodes() {
        try (PhonePage phone = phone("ko")) {
            phone.open("/capture").type("AAAA AAA").browser().see("#code-error", "코드가 올바르지 않습니다");
            phone.browser().see("#code-input[aria-invalid=true]");
            phone.type("2222 2222").browser().see("#code-error", "사용할 수 없는 코드입니다");
            phone.browser().screenshot("phone-code-unknown");
            phone.check();

            await().atMost(CODE_TTL.plus(TIMEOUT)).until(() -> System.nanoTime() > expiry);
            phone.open(expiredCode.path()).confirm().browser().see("#code-error", "사용할 수 없는 코드입니다");

            IssuedCode used = issueCode();
            pairOtherPhone(used.code());
            phone.open("/capture").open(used.path()).confirm().browser().see("#code-error", "사용할 수 없는 코드입니다");
            assertThat(phone.browser().driver().getCurrentUrl())
                    .isEqualTo(application().web() + "/capture");

            phone.type(issueCode().code()).awaitScreen("instructions");
        }
    }

    @ParameterizedTest
    @CsvSource({"store, The server cannot store pictures right now", "broker, We can’t confirm your photo right now"})
    void uploadsOnceDespiteOutageAndReload(String which, String words) {
        NetworkProxy line = which.equals("store") ? servers.store() : servers.broker();
        try (PhonePage phone = phone("en");
                StompTestClient page =
                        StompTestClient.connect(application().socket(), TestTokens.examinee(PLAN, examinee()))) {
            page.subscribe(StompTopics.examinee(new ExamineeKey(PLAN, examinee())));
            pair(phone).take();
            line.cut();
            try {
                phone.send().awaitTrouble("Exam server", words);
                phone.browser().screenshot((which.equals("store") ? "docs/" : "") + "phone-waiting-" + which);
                phone.check();
                await().atMost(TIMEOUT).until(() -> phone.uploads() >= 2);

                phone.browser().reload();
                phone.awaitTrouble("Exam server", words);
                phone.browser().click("[data-language=ko]");
                phone.awaitTrouble("시험 서버", which.equals("store") ? "저장하지 못하고 있습니다" : "전달하지 못하고 있습니다");
                phone.browser().see("#trouble-count");
            } finally {
                line.restore();
            }

            phone.awaitScreen("done");
            awaitCompleted();
            String revision = page.await("mobile_sync_completed").header("revision");
            // The state that is sent again after the outage has the same revision.
            assertThat(page.pending())
                    .filteredOn(frame -> frame.type().equals("mobile_sync_completed"))
                    .allMatch(frame -> frame.header("revision").equals(revision));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "broker"})
    void retriesPairingUntilServerIsAvailable(String which) {
        NetworkProxy line = which.equals("redis") ? servers.redis() : servers.broker();
        try (PhonePage phone = phone("en")) {
            phone.open("/capture").awaitScreen("code");
            IssuedCode issued = issueCode();
            line.cut();
            try {
                phone.type(issued.code()).awaitTrouble("Exam server", "The server is temporarily unavailable");
                phone.check();
            } finally {
                line.restore();
            }

            phone.awaitScreen("instructions");
        }
    }

    @Test
    void retriesUploadAfterNetworkLoss(@TempDir Path folder) throws IOException {
        Path large = Files.write(folder.resolve("large.jpg"), Jpegs.picture(4000, 3000, 7));
        try (NetworkProxy line = new NetworkProxy("127.0.0.1", application().port("WEB"));
                PhonePage phone =
                        PhonePage.with(BrowserOptions.phone("en"), URI.create("http://localhost:" + line.port()))) {
            pair(phone).choose(large).awaitScreen("review");
            phone.emulateNetwork(false, 20_000);
            phone.send();
            await().atMost(TIMEOUT).until(() -> phone.progress() > 0 && phone.progress() < 100);
            line.cut();
            phone.awaitTrouble("Your phone’s network", "The server cannot be reached");
            phone.browser().screenshot("phone-no-network");
            phone.check();
            phone.emulateNetwork(false, -1);
            line.restore();

            phone.awaitScreen("done");
            awaitCompleted();
        }
    }

    /** The browser sends all bytes immediately; the server receives them half a minute later. */
    @Test
    void waitsForSlowUploadBehindBufferingProxy(@TempDir Path folder) throws IOException {
        Path noise = Files.write(folder.resolve("noise.jpg"), Jpegs.noise(1420, 1050, 7));
        try (BufferingProxy line = new BufferingProxy(application().port("WEB"), 40_000);
                PhonePage phone =
                        PhonePage.with(BrowserOptions.phone("en"), URI.create("http://localhost:" + line.port()))) {
            pair(phone).choose(noise).awaitScreen("review");
            phone.send();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> phone.screen().equals("done")
                            || phone.browser()
                                    .driver()
                                    .findElement(By.id("trouble"))
                                    .isDisplayed());

            phone.awaitScreen("done");
            Object uploads = phone.browser().script("""
                    const uploads = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/mobile-captures'));
                    return [uploads.length, uploads[0].duration];
                    """);
            assertThat(uploads)
                    .asInstanceOf(InstanceOfAssertFactories.list(Number.class))
                    .satisfiesExactly(count -> assertThat(count.intValue()).isEqualTo(1), milliseconds -> assertThat(
                                    milliseconds.doubleValue())
                            .isGreaterThan(21_000));
            awaitCompleted();
        }
    }

    @Test
    void resumesWhenOnlineAgain() {
        try (PhonePage phone = phone("en")) {
            pair(phone).take();
            phone.emulateNetwork(true, -1);
            phone.send().awaitTrouble("Your phone’s network", "This phone is not connected to the internet");
            phone.emulateNetwork(false, -1);

            phone.awaitScreen("done");
            awaitCompleted();
        }
    }

    @Test
    void retriesAfterRateLimit() {
        byte[] small = Jpegs.picture(11);
        try (PhonePage phone = phone("en")) {
            phone.open("/capture#token=" + TestTokens.device(PLAN, examinee(), "M429"))
                    .take();
            await().atMost(TIMEOUT)
                    .until(() -> api().upload(key(), "M429", small).statusCode(), status -> status == 429);
            // The limiter refills one permit every three seconds. One script uses it and sends, so that none remains.
            phone.browser()
                    .driver()
                    .executeAsyncScript(
                            """
                    const [path, token, type, upload, done] = arguments;
                    const body = Uint8Array.from(atob(upload), (character) => character.charCodeAt(0));
                    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': type };
                    (async () => {
                      while ((await fetch(path, { method: 'POST', headers, body })).status !== 201);
                      document.getElementById('send').click();
                    })().then(done);
                    """,
                            ApiClient.capturesPath(PLAN, examinee()),
                            TestTokens.device(PLAN, examinee(), "M429"),
                            MultipartBody.CONTENT_TYPE,
                            Base64.getEncoder().encodeToString(MultipartBody.upload("M429", small)));
            phone.awaitTrouble("Exam server", "The server is busy right now");
            phone.check().awaitScreen("done");
        }
    }

    @Test
    void retriesUploadAfterStoreIsKilled() {
        try (PhonePage phone = phone(BrowserOptions.phone("en"))) {
            pair(phone).take();
            servers.broker().cut();
            phone.send().awaitTrouble("Exam server", "We can’t confirm your photo right now");
            long tries = phone.uploads();
            store.kill();
            servers.broker().restore();
            phone.awaitTrouble("Exam server", "The server cannot store pictures right now");
            await().atMost(TIMEOUT).until(() -> phone.uploads() > tries);
            store.restart();

            phone.awaitScreen("done");
            awaitCompleted();
            assertThat(picture().getWidth()).isBetween(640, 1920);
        }
    }
}
